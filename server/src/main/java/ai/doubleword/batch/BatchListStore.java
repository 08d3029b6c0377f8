package ai.doubleword.batch;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of the list of batches that people search, filter and turn the pages of.
final class BatchListStore {
    private BatchListStore() {}

    /// A batch with what its page calls it by.
    ///
    /// @param file name of its input file; empty if that is gone
    /// @param models that its input file names, in a line
    record Listed(Batch batch, String file, String models) {}

    /// The newest first, and one more than asked for if there are more.
    ///
    /// @param after of the batch before the page; 0 for the first
    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    static List<Listed> page(Handle handle, Batches.Asker asker, BatchQuery query, long after, int limit) {
        return handle.createQuery("""
                        SELECT b.*, p.ok, p.failed, p.cost, p.input, p.output, coalesce(f.name, '') AS file_name,
                               coalesce((SELECT string_agg(DISTINCT m ->> 'model', ', ')
                                           FROM jsonb_array_elements(f.models) AS m), '') AS models
                          FROM batch b
                          JOIN batch_progress p ON p.batch = b.id
                          LEFT JOIN file f ON f.id = b.input_file AND f.account = b.account_id
                         WHERE b.account_id = :account AND b.input_file <> 0
                           AND (:member = 0 OR b.member = :member OR b.family IN
                                (SELECT family FROM api_key
                                  WHERE account_id = :account AND visibility = 'organization'))
                           AND (:after = 0 OR b.id < :after)
                           AND b.status = ANY(:statuses) AND (NOT :failures OR p.failed > 0)
                           AND (:search = '' OR b.id = :id OR b.input_file = :file
                                OR position(lower(:search) IN lower(f.name)) > 0
                                OR position(lower(:search) IN lower(b.metadata ->> 'name')) > 0)
                         ORDER BY b.id DESC LIMIT :limit
                        """)
                .bind("account", asker.account())
                .bind("member", asker.sight())
                .bind("after", after)
                .bindArray(
                        "statuses",
                        Integer.class,
                        Arrays.stream(BatchStatus.values())
                                .filter(query.show()::shows)
                                .map(BatchStatus::ordinal)
                                .toList())
                .bind("failures", query.show() == BatchQuery.Show.FAILURES)
                .bind("search", query.search())
                .bind("id", idOf(query.search(), Batch.PREFIX))
                .bind("file", idOf(query.search(), "file"))
                .bind("limit", limit + 1)
                .map((row, context) ->
                        new Listed(BatchStore.map(row), row.getString("file_name"), row.getString("models")))
                .list();
    }

    /// One batch with what its page calls it by.
    static Listed named(Handle handle, Batch batch) {
        return handle.createQuery("""
                        SELECT f.name, coalesce((SELECT string_agg(DISTINCT m ->> 'model', ', ')
                                                   FROM jsonb_array_elements(f.models) AS m), '') AS models
                          FROM file f
                         WHERE f.id = :file AND f.account = :account AND f.deleted_at IS NULL
                        """)
                .bind("file", batch.inputFile())
                .bind("account", batch.account())
                .map((row, context) -> new Listed(batch, row.getString("name"), row.getString("models")))
                .findOne()
                .orElse(new Listed(batch, "", ""));
    }

    /// Whether an account has any batch that somebody sees.
    static boolean any(Handle handle, Batches.Asker asker) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT FROM batch b WHERE b.account_id = :account AND b.input_file <> 0
                            AND (:member = 0 OR b.member = :member OR b.family IN
                                (SELECT family FROM api_key
                                  WHERE account_id = :account AND visibility = 'organization')))
                        """)
                .bind("account", asker.account())
                .bind("member", asker.sight())
                .mapTo(Boolean.class)
                .one();
    }

    private static @Nullable Long idOf(String search, String prefix) {
        OptionalLong id = ai.doubleword.platform.Ids.parse(prefix, search);
        return id.isPresent() ? (Long) id.getAsLong() : null;
    }
}
