package ai.doubleword.accounts;

import ai.doubleword.platform.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// SQL of the list of all accounts. Members and keys are counted for the rows of the page alone.
final class AccountListStore {
    private static final String MATCHING = """
              FROM account a
              LEFT JOIN organization o ON o.account_id = a.id
              LEFT JOIN "user" u ON u.account_id = a.id
             WHERE (:kind = '' OR a.kind = :kind)
               AND (position(lower(:search) IN lower(coalesce(o.name, u.username))) > 0
                    OR position(lower(:search) IN lower(coalesce(o.slug, u.email))) > 0)
               AND (:group = '' OR EXISTS (SELECT FROM access_group_account m JOIN access_group g ON g.id = m.group_id
                                            WHERE m.account_id = a.id AND g.name = :group))
            """;

    private AccountListStore() {}

    static List<ListedAccount> page(Handle handle, AccountList.Query query) {
        return bound(handle.createQuery("""
                                WITH page AS (
                                    SELECT a.id, a.kind = 'organization' AS organization, a.created_at,
                                           coalesce(o.id, u.id) AS public_id, coalesce(o.name, u.username) AS name,
                                           coalesce(o.slug, u.email) AS handle, o.id AS organization_id, o.deleted_at
                                """ + MATCHING + """
                                     ORDER BY lower(coalesce(o.name, u.username)), a.id
                                     OFFSET :skip ROWS FETCH FIRST :limit ROWS ONLY)
                                SELECT page.*,
                                       (SELECT count(*) FROM member m WHERE m.organization_id = page.organization_id)
                                           AS members,
                                       (SELECT count(*) FROM api_key k WHERE k.account_id = page.id
                                            AND k.deleted_at IS NULL AND k.revoked_at IS NULL) AS keys,
                                       array(SELECT g.name FROM access_group_account m
                                              JOIN access_group g ON g.id = m.group_id
                                             WHERE m.account_id = page.id ORDER BY g.name) AS groups
                                  FROM page ORDER BY lower(name), id
                                """), query)
                .bind("skip", query.skip())
                .bind("limit", query.limit())
                .map((row, context) -> map(row))
                .list();
    }

    static long count(Handle handle, AccountList.Query query) {
        return bound(handle.createQuery("SELECT count(*) " + MATCHING), query)
                .mapTo(Long.class)
                .one();
    }

    static List<String> groups(Handle handle) {
        return handle.createQuery("SELECT name FROM access_group ORDER BY name")
                .mapTo(String.class)
                .list();
    }

    private static Query bound(Query statement, AccountList.Query query) {
        return statement
                .bind("kind", query.kind())
                .bind("search", query.search())
                .bind("group", query.group());
    }

    private static ListedAccount map(ResultSet row) throws SQLException {
        boolean organization = row.getBoolean("organization");
        return new ListedAccount(
                row.getLong("id"),
                organization,
                Ids.format(organization ? Organization.PREFIX : User.PREFIX, row.getLong("public_id")),
                row.getString("name"),
                row.getString("handle"),
                organization ? row.getLong("members") : 1,
                row.getLong("keys"),
                Arrays.asList((String[]) row.getArray("groups").getArray()),
                row.getTimestamp("created_at").toInstant(),
                Optional.ofNullable(row.getTimestamp("deleted_at")).map(Timestamp::toInstant));
    }
}
