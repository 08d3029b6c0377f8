package ai.doubleword.models;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of the groups to whom models are open. Each method is one statement on the caller's handle.
final class GroupStore {
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
