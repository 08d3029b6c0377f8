package ai.doubleword.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of users as administrators list them.
final class UserListStore {
    private static final String ROW = """
            SELECT id, account_id, username, email, role, claimed_at IS NOT NULL AS claimed,
                   disabled_at IS NOT NULL AS disabled, verified_at IS NOT NULL AS verified,
                   created_at, seen_at,
                   array(SELECT o.name FROM member m JOIN organization o ON o.id = m.organization_id
                          WHERE m.user_id = "user".id ORDER BY o.name, o.id) AS organizations
              FROM "user"
            """;

    private UserListStore() {}

    static List<UserRow> page(Handle handle, UserQuery query) {
        String sort = query.sort().expression();
        String order = query.descending() ? "DESC" : "ASC";
        String follows = query.after() == 0
                ? ""
                : " AND (%s, id) %s (SELECT %s, id FROM \"user\" WHERE id = :after)"
                        .formatted(sort, query.descending() ? "<" : ">", sort);
        return handle.createQuery(ROW
                        + condition(query)
                        + follows
                        + " ORDER BY %s %s, id %s OFFSET :skip ROWS FETCH FIRST :limit ROWS ONLY"
                                .formatted(sort, order, order))
                .bind("search", query.search())
                .bind("after", query.after())
                .bind("skip", query.skip())
                .bind("limit", query.limit())
                .map((row, context) -> map(row))
                .list();
    }

    /// How many users there are on all pages.
    static long count(Handle handle, UserQuery query) {
        return handle.createQuery("SELECT count(*) FROM \"user\"" + condition(query))
                .bind("search", query.search())
                .mapTo(Long.class)
                .one();
    }

    static Optional<UserRow> find(Handle handle, long id) {
        return handle.createQuery(ROW + " WHERE erased_at IS NULL AND id = :id")
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    private static String condition(UserQuery query) {
        return " WHERE erased_at IS NULL AND " + query.state().condition()
                + " AND (position(lower(:search) IN lower(username)) > 0"
                + " OR position(lower(:search) IN lower(email)) > 0)";
    }

    private static UserRow map(ResultSet row) throws SQLException {
        Timestamp seen = row.getTimestamp("seen_at");
        return new UserRow(AccountStore.mapUser(row), seen == null ? null : seen.toInstant(), List.of((String[])
                row.getArray("organizations").getArray()));
    }
}
