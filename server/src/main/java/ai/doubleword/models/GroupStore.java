package ai.doubleword.models;

import java.util.List;
import java.util.Optional;
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

    static void insert(Handle handle, long id, String name) {
        handle.createUpdate("INSERT INTO access_group (id, name) VALUES (:id, :name)")
                .bind("id", id)
                .bind("name", name)
                .execute();
    }

    static void delete(Handle handle, long id) {
        handle.createUpdate("DELETE FROM access_group WHERE id = :id")
                .bind("id", id)
                .execute();
    }
}
