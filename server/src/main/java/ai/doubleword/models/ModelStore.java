package ai.doubleword.models;

import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Tier;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;

/// SQL of models, their targets and their groups.
final class ModelStore {
    private static final String MODEL = """
            SELECT id, uuid, name, type, description, capabilities, context_length, max_output, rpm, tpm, concurrent,
                   tiers, policy, hidden, created_at
              FROM model
             WHERE deleted_at IS NULL
            """;

    private ModelStore() {}

    /// Until the transaction ends, no other node fills an empty catalogue.
    static void lockFirst(Handle handle) {
        handle.execute("SELECT pg_advisory_xact_lock(4201, 3)");
    }

    static List<ModelEntry> all(Handle handle) {
        return assemble(handle, handle.createQuery(MODEL + " ORDER BY name"));
    }

    static List<ModelEntry> byId(Handle handle, Collection<Long> ids) {
        return assemble(
                handle, handle.createQuery(MODEL + " AND id = ANY(:ids)").bindArray("ids", Long.class, ids));
    }

    static Optional<ModelEntry> byName(Handle handle, String name) {
        return assemble(handle, handle.createQuery(MODEL + " AND name = :name").bind("name", name)).stream()
                .findFirst();
    }

    static Optional<ModelEntry> byUuid(Handle handle, UUID uuid) {
        return assemble(handle, handle.createQuery(MODEL + " AND uuid = :uuid").bind("uuid", uuid)).stream()
                .findFirst();
    }

    /// Ids of the models that have a target at one of the providers.
    static Set<Long> servedBy(Handle handle, Collection<Long> providers) {
        return handle.createQuery("""
                        SELECT DISTINCT model_id FROM target WHERE provider_id = ANY(:providers) AND deleted_at IS NULL
                        """)
                .bindArray("providers", Long.class, providers)
                .mapTo(Long.class)
                .set();
    }

    private static List<ModelEntry> assemble(Handle handle, Query models) {
        List<ModelEntry> bare = models.map((row, context) -> map(row)).list();
        List<Long> ids = bare.stream().map(ModelEntry::id).toList();
        Map<Long, List<ModelEntry.TargetEntry>> targets = targets(handle, ids);
        Map<Long, SortedMap<String, Long>> groups = groups(handle, ids);
        return bare.stream()
                .map(model -> new ModelEntry(
                        model.id(),
                        model.uuid(),
                        model.name(),
                        model.type(),
                        model.description(),
                        model.capabilities(),
                        model.contextLength(),
                        model.maxOutput(),
                        model.rates(),
                        model.tiers(),
                        model.policy(),
                        groups.getOrDefault(model.id(), new TreeMap<>()),
                        model.hidden(),
                        targets.getOrDefault(model.id(), List.of()),
                        model.created()))
                .toList();
    }

    private static Map<Long, List<ModelEntry.TargetEntry>> targets(Handle handle, Collection<Long> models) {
        return handle.createQuery("""
                        SELECT t.model_id, t.id, t.provider_id, p.name, t.upstream_model, t.weight, t.priority,
                               t.concurrency
                          FROM target t JOIN provider p ON p.id = t.provider_id
                         WHERE t.model_id = ANY(:models) AND t.deleted_at IS NULL AND p.deleted_at IS NULL
                         ORDER BY t.model_id, t.priority, t.id
                        """)
                .bindArray("models", Long.class, models)
                .map((row, context) -> Map.entry(
                        row.getLong("model_id"),
                        new ModelEntry.TargetEntry(
                                row.getLong("id"),
                                row.getLong("provider_id"),
                                row.getString("name"),
                                row.getString("upstream_model"),
                                row.getInt("weight"),
                                row.getInt("priority"),
                                row.getInt("concurrency"))))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    private static Map<Long, SortedMap<String, Long>> groups(Handle handle, Collection<Long> models) {
        return handle.createQuery("""
                        SELECT m.model_id, g.id, g.name
                          FROM model_group m JOIN access_group g ON g.id = m.group_id
                         WHERE m.model_id = ANY(:models)
                        """)
                .bindArray("models", Long.class, models)
                .reduceRows(new HashMap<>(), ModelStore::addGroup);
    }

    private static Map<Long, SortedMap<String, Long>> addGroup(Map<Long, SortedMap<String, Long>> groups, RowView row) {
        groups.computeIfAbsent(row.getColumn("model_id", Long.class), absent -> new TreeMap<>())
                .put(row.getColumn("name", String.class), row.getColumn("id", Long.class));
        return groups;
    }

    static void insert(Handle handle, ModelEntry model) {
        bind(handle.createUpdate("""
                                INSERT INTO model (id, uuid, name, type, description, capabilities, context_length,
                                    max_output, rpm, tpm, concurrent, tiers, policy, hidden)
                                VALUES (:id, :uuid, :name, :type, :description, :capabilities, :contextLength,
                                    :maxOutput, :rpm, :tpm, :concurrent, :tiers, :policy, :hidden)
                                """), model).execute();
    }

    static void update(Handle handle, ModelEntry model) {
        bind(handle.createUpdate("""
                                UPDATE model
                                   SET name = :name, type = :type, description = :description,
                                       capabilities = :capabilities, context_length = :contextLength,
                                       max_output = :maxOutput, rpm = :rpm, tpm = :tpm, concurrent = :concurrent,
                                       tiers = :tiers, policy = :policy, hidden = :hidden
                                 WHERE id = :id
                                """), model).execute();
    }

    static void delete(Handle handle, long id) {
        handle.createUpdate("UPDATE model SET deleted_at = now() WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    /// Adds a target, or brings back the one of the same provider and name with its old identity.
    static void putTarget(Handle handle, long model, ModelEntry.TargetEntry target) {
        handle.createUpdate("""
                        INSERT INTO target (id, model_id, provider_id, upstream_model, weight, priority, concurrency)
                        VALUES (:id, :model, :provider, :upstream, :weight, :priority, :concurrency)
                        ON CONFLICT (model_id, provider_id, upstream_model) DO UPDATE
                           SET weight = excluded.weight, priority = excluded.priority,
                               concurrency = excluded.concurrency, deleted_at = NULL
                        """)
                .bind("id", target.id())
                .bind("model", model)
                .bind("provider", target.provider())
                .bind("upstream", target.upstreamModel())
                .bind("weight", target.weight())
                .bind("priority", target.priority())
                .bind("concurrency", target.concurrency())
                .execute();
    }

    static void deleteTarget(Handle handle, long id) {
        handle.createUpdate("UPDATE target SET deleted_at = now() WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    static void putGroup(Handle handle, long model, long group) {
        handle.createUpdate("INSERT INTO model_group (model_id, group_id) VALUES (:model, :group)")
                .bind("model", model)
                .bind("group", group)
                .execute();
    }

    static void deleteGroup(Handle handle, long model, long group) {
        handle.createUpdate("DELETE FROM model_group WHERE model_id = :model AND group_id = :group")
                .bind("model", model)
                .bind("group", group)
                .execute();
    }

    private static <T extends SqlStatement<T>> T bind(T statement, ModelEntry model) {
        return statement
                .bind("id", model.id())
                .bind("uuid", model.uuid())
                .bind("name", model.name())
                .bind("type", model.type().wire())
                .bind("description", model.description())
                .bindArray("capabilities", String.class, model.capabilities())
                .bind("contextLength", model.contextLength())
                .bind("maxOutput", model.maxOutput())
                .bind("rpm", model.rates().requestsPerMinute())
                .bind("tpm", model.rates().tokensPerMinute())
                .bind("concurrent", model.rates().concurrentRequests())
                .bindArray(
                        "tiers",
                        String.class,
                        model.tiers().stream().map(Tier::wire).toList())
                .bind("policy", model.policy().name().toLowerCase(Locale.ROOT))
                .bind("hidden", model.hidden());
    }

    private static ModelEntry map(ResultSet row) throws SQLException {
        return new ModelEntry(
                row.getLong("id"),
                row.getObject("uuid", UUID.class),
                row.getString("name"),
                ModelType.valueOf(row.getString("type").toUpperCase(Locale.ROOT)),
                row.getString("description"),
                strings(row.getArray("capabilities")),
                row.getInt("context_length"),
                row.getInt("max_output"),
                new Rates(row.getInt("rpm"), row.getLong("tpm"), row.getInt("concurrent")),
                tiers(strings(row.getArray("tiers"))),
                Route.Policy.valueOf(row.getString("policy").toUpperCase(Locale.ROOT)),
                new TreeMap<>(),
                row.getBoolean("hidden"),
                List.of(),
                row.getTimestamp("created_at").toInstant());
    }

    private static List<String> strings(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }

    private static Set<Tier> tiers(List<String> wire) {
        Set<Tier> tiers = EnumSet.noneOf(Tier.class);
        wire.forEach(tier -> tiers.add(Tier.valueOf(tier.toUpperCase(Locale.ROOT))));
        return tiers;
    }

    /// One change of the catalogue at a time, until the transaction ends: the lock that the triggers take.
    static void lockCatalogue(Handle handle) {
        handle.execute("SELECT pg_advisory_xact_lock(4201, 3)");
    }
}
