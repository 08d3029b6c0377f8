package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// SQL of files. Each method is one statement on the caller's handle.
final class FileStore {
    private static final ObjectMapper JSON = ai.doubleword.platform.JsonFormat.mapper();
    private static final TypeReference<List<BatchFile.ModelLines>> MODELS = new TypeReference<>() {};
    private static final String COLUMNS = """
            id, account, member, key_id, purpose, name, bytes, lines, sha256, blob, index_blob, index_bytes, models,
            batch, created_at, expires_at
            """;
    private static final String ROW = "SELECT " + COLUMNS + " FROM file ";
    private static final String SEEN = """
            account = :account AND (:member = 0 OR member = :member OR key_id IN
                  (SELECT id FROM api_key WHERE account_id = :account AND visibility = 'organization'))
              AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > :now)
            """;
    private static final String VISIBLE = " WHERE id = :id AND " + SEEN;

    private FileStore() {}

    /// Which files somebody sees.
    ///
    /// @param member whose; 0 for everybody's of the account
    record Sight(long account, long member) {}

    /// A page of a list.
    ///
    /// @param purposes of these only
    /// @param after the last id of the page before
    /// @param oldestFirst the order
    record Page(Sight sight, List<FilePurpose> purposes, OptionalLong after, int limit, boolean oldestFirst) {}

    static void insert(Handle handle, FileRow row) {
        FileRow.Stored stored = row.stored().orElse(null);
        handle.createUpdate("""
                        INSERT INTO file (id, account, member, key_id, purpose, name, bytes, lines, sha256, blob,
                            index_blob, index_bytes, models, batch, created_at, expires_at)
                        VALUES (:id, :account, :member, nullif(:key, ''), :purpose, :name, :bytes, :lines, :sha256,
                            :blob, :index, :indexBytes, :models::jsonb, :batch, :created, :expires)
                        """)
                .bind("id", row.id())
                .bind("account", row.account())
                .bind("member", row.member())
                .bind("key", row.keyId())
                .bind("purpose", row.purpose().column())
                .bind("name", row.name())
                .bind("bytes", row.bytes())
                .bind("lines", row.lines())
                .bind("sha256", stored == null ? null : HexFormat.of().parseHex(stored.sha256()))
                .bind("blob", stored == null ? null : stored.blob().toString())
                .bind("index", stored == null ? null : stored.index().blob().toString())
                .bind(
                        "indexBytes",
                        stored == null ? null : (Long) stored.index().bytes())
                .bind("models", stored == null ? null : json(stored.models()))
                .bind("batch", row.batch().isEmpty() ? null : (Long) row.batch().getAsLong())
                .bind("created", at(row.created()))
                .bind("expires", row.expires().map(FileStore::at).orElse(null))
                .execute();
    }

    /// Adds files that a batch will write; they do not expire while it runs.
    static void insertOutputs(
            Handle handle, long batch, BatchFile input, List<BatchFiles.Output> outputs, Instant now) {
        handle.createUpdate("""
                        INSERT INTO file (id, account, member, key_id, purpose, name, batch, created_at)
                        SELECT o.id, :account, :member, nullif(:key, ''), o.purpose, o.name, :batch, :now
                          FROM unnest(:ids, :purposes, :names) AS o (id, purpose, name)
                        """)
                .bind("account", input.account())
                .bind("member", input.member())
                .bind("key", input.keyId())
                .bind("batch", batch)
                .bind("now", at(now))
                .bindArray(
                        "ids",
                        Long.class,
                        outputs.stream().map(BatchFiles.Output::id).toList())
                .bindArray(
                        "purposes",
                        String.class,
                        outputs.stream()
                                .map(output -> output.purpose().column())
                                .toList())
                .bindArray(
                        "names",
                        String.class,
                        outputs.stream().map(BatchFiles.Output::name).toList())
                .execute();
    }

    /// A file that is there for somebody.
    static Optional<FileRow> visible(Handle handle, Sight sight, long id, Instant now) {
        return bind(handle.createQuery(ROW + VISIBLE), sight, now)
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// The same, with one use more; its row is locked until the transaction ends. A file that a batch wrote is not
    /// taken.
    static Optional<FileRow> take(Handle handle, Sight sight, long id, Instant now) {
        return bind(
                        handle.createQuery("UPDATE file SET uses = uses + 1 " + VISIBLE
                                + " AND blob IS NOT NULL RETURNING " + COLUMNS),
                        sight,
                        now)
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// A file whose bytes are there, whoever may see it.
    static Optional<FileRow> kept(Handle handle, long account, long id) {
        return handle.createQuery(ROW + " WHERE id = :id AND account = :account AND purged_at IS NULL")
                .bind("id", id)
                .bind("account", account)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// Files whose bytes are there. As `dw_engine`.
    static List<FileRow> kept(Handle handle, Collection<BatchFiles.Use> files) {
        return handle.createQuery(ROW + """
                         WHERE (account, id) IN (SELECT * FROM unnest(:accounts, :ids)) AND id = ANY(:ids)
                           AND purged_at IS NULL
                        """)
                .bindArray(
                        "accounts",
                        Long.class,
                        files.stream().map(BatchFiles.Use::account).toList())
                .bindArray(
                        "ids",
                        Long.class,
                        files.stream().map(BatchFiles.Use::file).toList())
                .map((row, context) -> map(row))
                .list();
    }

    /// A file that is not purged, whoever it belongs to. As `dw_engine`.
    static Optional<FileRow> any(Handle handle, long id) {
        return handle.createQuery(ROW + " WHERE id = :id AND purged_at IS NULL")
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// Ids of the groups that open models to an account. As `dw_engine`.
    static Set<Long> groups(Handle handle, long account) {
        return handle.createQuery("SELECT group_id FROM access_group_account WHERE account_id = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .set();
    }

    /// The newest files of all accounts. As `dw_engine`.
    static List<FileRow> newest(Handle handle, int limit) {
        return handle.createQuery(ROW + " WHERE deleted_at IS NULL ORDER BY id DESC LIMIT :limit")
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// Whether a blob belongs to a file or to a part of an upload: its id is theirs. As `dw_engine`.
    static boolean knows(Handle handle, BlobName blob) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT FROM file WHERE id = :id AND purged_at IS NULL AND blob IS NOT NULL)
                            OR EXISTS (SELECT FROM upload_part WHERE id = :id AND purged_at IS NULL)
                        """)
                .bind("id", Long.parseUnsignedLong(blob.id(), 16))
                .mapTo(Boolean.class)
                .one();
    }

    static List<FileRow> list(Handle handle, Page page, Instant now) {
        String order = page.oldestFirst() ? "id > :after ORDER BY id" : "id < :after ORDER BY id DESC";
        long beginning = page.oldestFirst() ? Long.MIN_VALUE : Long.MAX_VALUE;
        return bind(
                        handle.createQuery(ROW + " WHERE " + SEEN + " AND purpose = ANY(:purposes) AND " + order
                                + " LIMIT :limit"),
                        page.sight(),
                        now)
                .bindArray(
                        "purposes",
                        String.class,
                        page.purposes().stream().map(FilePurpose::column).toList())
                .bind("after", page.after().orElse(beginning))
                .bind("limit", page.limit())
                .map((row, context) -> map(row))
                .list();
    }

    /// @param sight whose files: seeing a shared one is not owning it
    /// @return how many rows changed: 0 if the file was gone, or is another's
    static int delete(Handle handle, Sight sight, long id, Instant now) {
        return bind(handle.createUpdate("""
                                UPDATE file SET deleted_at = :now
                                 WHERE id = :id AND account = :account AND (:member = 0 OR member = :member)
                                   AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > :now)
                                """), sight, now).bind("id", id).execute();
    }

    static int use(Handle handle, long account, long id, Instant now) {
        return handle.createUpdate("""
                        UPDATE file SET uses = uses + 1
                         WHERE id = :id AND account = :account AND deleted_at IS NULL
                           AND (expires_at IS NULL OR expires_at > :now)
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("now", at(now))
                .execute();
    }

    static void release(Handle handle, List<BatchFiles.Use> uses) {
        // Locked in the order of their ids, so that two nodes that end batches of the same files do not wait for each
        // other.
        handle.createUpdate("""
                        WITH ended AS (
                            SELECT u.account, u.id, count(*) AS count FROM unnest(:accounts, :ids) AS u (account, id)
                             GROUP BY u.account, u.id),
                        locked AS MATERIALIZED (
                            SELECT f.id, ended.count FROM file f
                              JOIN ended ON ended.id = f.id AND ended.account = f.account
                             ORDER BY f.id FOR UPDATE OF f)
                        UPDATE file SET uses = uses - locked.count FROM locked WHERE file.id = locked.id
                        """)
                .bindArray(
                        "accounts",
                        Long.class,
                        uses.stream().map(BatchFiles.Use::account).toList())
                .bindArray(
                        "ids",
                        Long.class,
                        uses.stream().map(BatchFiles.Use::file).toList())
                .execute();
    }

    static void deleteOutputs(Handle handle, long account, long batch, Instant now) {
        handle.createUpdate("""
                        UPDATE file SET deleted_at = :now
                        WHERE account = :account AND batch = :batch AND deleted_at IS NULL
                        """)
                .bind("account", account)
                .bind("batch", batch)
                .bind("now", now.atOffset(java.time.ZoneOffset.UTC))
                .execute();
    }

    static void keepOutputs(Handle handle, long account, long batch, Duration life) {
        handle.createUpdate("UPDATE file SET life_seconds = :life WHERE batch = :batch AND account = :account")
                .bind("life", life.toSeconds())
                .bind("batch", batch)
                .bind("account", account)
                .execute();
    }

    /// @param retention how long they are kept where nobody said; zero for ever
    static void size(Handle handle, List<BatchFiles.Written> written, Instant now, Duration retention) {
        // A file that a retry added has no life of its own.
        handle.createUpdate("""
                        UPDATE file AS f SET bytes = w.bytes, lines = w.lines, expires_at = :now::timestamptz
                               + make_interval(secs => coalesce(
                                     (SELECT max(o.life_seconds) FROM file o
                                       WHERE o.batch = f.batch AND o.account = f.account),
                                     nullif(:retention, 0)))
                          FROM unnest(:ids, :accounts, :bytes, :lines) AS w (id, account, bytes, lines)
                         WHERE f.id = w.id AND f.account = w.account
                        """)
                .bind("now", at(now))
                .bind("retention", retention.toSeconds())
                .bindArray(
                        "ids",
                        Long.class,
                        written.stream().map(BatchFiles.Written::file).toList())
                .bindArray(
                        "accounts",
                        Long.class,
                        written.stream().map(BatchFiles.Written::account).toList())
                .bindArray(
                        "bytes",
                        Long.class,
                        written.stream().map(BatchFiles.Written::bytes).toList())
                .bindArray(
                        "lines",
                        Long.class,
                        written.stream().map(BatchFiles.Written::lines).toList())
                .execute();
    }

    /// Has a file not expire until it is sized again.
    static int hold(Handle handle, long account, long id, Instant now) {
        return handle.createUpdate("""
                        UPDATE file SET expires_at = NULL
                         WHERE id = :id AND account = :account AND deleted_at IS NULL
                           AND (expires_at IS NULL OR expires_at > :now)
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("now", at(now))
                .execute();
    }

    /// Deletes the rows of files whose bytes went before an instant. As `dw_engine`.
    ///
    /// @param most at once, so that no transaction is long
    static int deletePurged(Handle handle, Instant before, int most) {
        return handle.createUpdate("""
                        DELETE FROM file WHERE id IN (
                            SELECT id FROM file
                             WHERE purged_at < :before AND NOT EXISTS (SELECT FROM upload u WHERE u.file = file.id)
                             ORDER BY purged_at LIMIT :most)
                        """)
                .bind("before", at(before))
                .bind("most", most)
                .execute();
    }

    /// How many files of an account are not deleted. As `dw_engine`.
    static long countOf(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM file WHERE account = :account AND deleted_at IS NULL")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    /// Deletes all files of an account with their names, whoever uses them. As `dw_engine`.
    static void forgetAllOf(Handle handle, long account, Instant now) {
        handle.createUpdate("""
                        UPDATE file SET deleted_at = coalesce(deleted_at, :now), uses = 0, name = ''
                         WHERE account = :account
                        """).bind("account", account).bind("now", at(now)).execute();
    }

    /// Deletes the rows of all files of an account. As `dw_engine`.
    static void deleteAllOf(Handle handle, long account) {
        handle.createUpdate("DELETE FROM file WHERE account = :account")
                .bind("account", account)
                .execute();
    }

    /// Deletes what has expired. As `dw_engine`.
    static int expire(Handle handle, Instant now) {
        return handle.createUpdate("UPDATE file SET deleted_at = :now WHERE expires_at <= :now AND deleted_at IS NULL")
                .bind("now", at(now))
                .execute();
    }

    /// Files whose bytes nobody needs any more. As `dw_engine`.
    static List<FileRow> purgeable(Handle handle, int limit) {
        return handle.createQuery(ROW + """
                         WHERE deleted_at IS NOT NULL AND purged_at IS NULL AND uses = 0
                           AND NOT EXISTS (SELECT FROM batch b
                                            WHERE b.id = file.batch AND b.status IN (0, 1, 2, 6))
                         ORDER BY deleted_at LIMIT :limit
                        """)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// As `dw_engine`.
    static void purged(Handle handle, long id, Instant now) {
        handle.createUpdate("UPDATE file SET purged_at = :now WHERE id = :id")
                .bind("id", id)
                .bind("now", at(now))
                .execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Sight sight, Instant now) {
        return statement
                .bind("account", sight.account())
                .bind("member", sight.member())
                .bind("now", at(now));
    }

    private static FileRow map(ResultSet row) throws SQLException {
        long batch = row.getLong("batch");
        OptionalLong writer = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(batch);
        @Nullable String key = row.getString("key_id");
        @Nullable OffsetDateTime expires = row.getObject("expires_at", OffsetDateTime.class);
        return new FileRow(
                row.getLong("id"),
                row.getLong("account"),
                row.getLong("member"),
                key == null ? "" : key,
                FilePurpose.ofColumn(row.getString("purpose")),
                row.getString("name"),
                row.getLong("bytes"),
                row.getLong("lines"),
                stored(row),
                writer,
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                Optional.ofNullable(expires).map(OffsetDateTime::toInstant));
    }

    private static Optional<FileRow.Stored> stored(ResultSet row) throws SQLException {
        @Nullable String blob = row.getString("blob");
        if (blob == null) {
            return Optional.empty();
        }
        String index = row.getString("index_blob");
        long before = index.equals(blob) ? row.getLong("bytes") : 0;
        return Optional.of(new FileRow.Stored(
                BlobName.parse(blob),
                new BlobSlice(BlobName.parse(index), before, row.getLong("index_bytes")),
                HexFormat.of().formatHex(row.getBytes("sha256")),
                models(row.getString("models"))));
    }

    private static List<BatchFile.ModelLines> models(String json) {
        try {
            return JSON.readValue(json, MODELS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String json(List<BatchFile.ModelLines> models) {
        try {
            return JSON.writeValueAsString(models);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
