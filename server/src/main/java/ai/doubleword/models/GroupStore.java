package ai.doubleword.models;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of the groups to whom models are open. Each method is one statement on the caller's handle.
final class GroupStore {
    private static final String GROUP = """
            SELECT g.id, g.name,
                   array(SELECT m.name FROM model_group x JOIN model m ON m.id = x.model_id
                          WHERE x.group_id = g.id AND m.deleted_at IS NULL ORDER BY m.name) AS models,
                   (SELECT count(*) FROM access_group_account a WHERE a.group_id = g.id) AS accounts
              FROM access_group g
            """;

    private GroupStore() {}

    static Optional<Long> byName(Handle handle, String name) {
        return handle.createQuery("SELECT id FROM access_group WHERE name = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .findOne();
    }

    static List<String> names(Handle handle) {
        return handle.createQuery("SELECT name FROM access_group ORDER BY name")
                .mapTo(String.class)
                .list();
    }

    /// All groups by name, with the models that each opens.
    static List<Group> all(Handle handle) {
        return handle.createQuery(GROUP + " ORDER BY g.name")
                .map((row, context) -> map(row))
                .list();
    }

    static Optional<Group> find(Handle handle, long id) {
        return handle.createQuery(GROUP + " WHERE g.id = :id")
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    static int insert(Handle handle, long id, String name) {
        return handle.createUpdate("INSERT INTO access_group (id, name) VALUES (:id, :name) ON CONFLICT DO NOTHING")
                .bind("id", id)
                .bind("name", name)
                .execute();
    }

    static void lock(Handle handle, long id) {
        handle.createQuery("SELECT id FROM access_group WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .mapTo(Long.class)
                .findOne();
    }

    static void delete(Handle handle, long id) {
        handle.createUpdate("DELETE FROM access_group WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    private static Group map(ResultSet row) throws SQLException {
        return new Group(
                row.getLong("id"),
                row.getString("name"),
                Arrays.asList((String[]) row.getArray("models").getArray()),
                row.getLong("accounts"));
    }

    /// A group is made when it is first named.
    static void ensure(Handle handle, long id, String name) {
        handle.createUpdate("INSERT INTO access_group (id, name) VALUES (:id, :name) ON CONFLICT (name) DO NOTHING")
                .bind("id", id)
                .bind("name", name)
                .execute();
    }

    /// Ids of the groups that an account is in.
    static Set<Long> ofAccount(Handle handle, long account) {
        return handle.createQuery("SELECT group_id FROM access_group_account WHERE account_id = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .set();
    }
}
