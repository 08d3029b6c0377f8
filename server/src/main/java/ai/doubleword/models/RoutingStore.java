package ai.doubleword.models;

import java.util.HashSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of the log of changes to the catalogue.
final class RoutingStore {
    private RoutingStore() {}

    /// What changed.
    ///
    /// @param last the newest change seen
    /// @param models ids of models whose rows, targets, groups or prices changed
    /// @param providers ids of providers that changed
    record Changes(long last, Set<Long> models, Set<Long> providers) {}

    /// The newest change; 0 if there was none.
    static long last(Handle handle) {
        return handle.createQuery("SELECT coalesce(max(id), 0) FROM routing_change")
                .mapTo(Long.class)
                .one();
    }

    /// What changed since; one index range.
    static Changes since(Handle handle, long last) {
        Set<Long> models = new HashSet<>();
        Set<Long> providers = new HashSet<>();
        long newest = handle.createQuery("""
                        SELECT id, coalesce(model_id, 0) AS model, coalesce(provider_id, 0) AS provider
                          FROM routing_change WHERE id > :last ORDER BY id
                        """).bind("last", last).reduceRows(last, (max, row) -> {
            long model = row.getColumn("model", Long.class);
            long provider = row.getColumn("provider", Long.class);
            if (model != 0) {
                models.add(model);
            }
            if (provider != 0) {
                providers.add(provider);
            }
            return row.getColumn("id", Long.class);
        });
        return new Changes(newest, models, providers);
    }

    /// Drops what every node has long read; a node that missed it loads everything when it connects again.
    static void prune(Handle handle) {
        handle.createUpdate("""
                        DELETE FROM routing_change
                         WHERE changed_at < now() - interval '1 day'
                           AND id < (SELECT max(id) FROM routing_change)
                        """).execute();
    }
}
