package ai.doubleword.models;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.ChangeFeed;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Providers;
import ai.doubleword.providers.Target;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// Makes the routing snapshot from the database and keeps it true: everything once, then only the models that changed,
/// that have a target at a provider that changed, or whose next price is due. Unchanged models are the same objects in
/// each snapshot, targets keep their state. Runs on the feed's thread only, away from event loops.
final class RoutingLoader implements ChangeFeed.Reader {
    /// The groups of a hidden model: one that no account is in.
    private static final Set<Long> NOBODY = Set.of(0L);

    private final Providers providers;
    private final Tariffs tariffs;
    private final RoutingTable table;
    private final Clock clock;

    private final Map<Long, Providers.Reachable> reachable = new HashMap<>();
    private final Map<Long, Loaded> loaded = new HashMap<>();
    private @Nullable Connection opened;
    private Jdbi jdbi = Jdbi.create("jdbc:none:");
    private long last;
    private long version;
    private Instant nextSwitch = Instant.MAX;

    /// The feed's connection: ours to use, not to close.
    private record Kept(Connection connection) implements ConnectionFactory {
        @Override
        public Connection openConnection() {
            return connection;
        }

        @Override
        public void closeConnection(Connection used) {}
    }

    private record Loaded(ModelEntry entry, List<ModelTariff> tariffs, Model model) {}

    RoutingLoader(Providers providers, Tariffs tariffs, RoutingTable table, Clock clock) {
        this.providers = providers;
        this.tariffs = tariffs;
        this.table = table;
        this.clock = clock;
    }

    @Override
    public void load(Connection connection) {
        try (Handle handle = open(connection)) {
            // Before the rows: a change that commits meanwhile is read twice rather than not at all.
            last = RoutingStore.last(handle);
            RoutingStore.prune(handle);
            reachable.clear();
            providers
                    .reachable(handle)
                    .forEach(one -> reachable.put(one.provider().id(), one));
            Set<Long> before = new HashSet<>(loaded.keySet());
            List<ModelEntry> all = ModelStore.all(handle);
            all.forEach(entry -> before.remove(entry.id()));
            replace(handle, before, all);
        }
    }

    @Override
    public void read(Connection connection) {
        try (Handle handle = open(connection)) {
            RoutingStore.Changes changes = RoutingStore.since(handle, last);
            if (changes.last() != last) {
                apply(handle, changes);
                last = changes.last();
            }
        }
        if (!clock.instant().isBefore(nextSwitch)) {
            List.copyOf(loaded.values()).forEach(one -> put(one.entry(), one.tariffs()));
            publish();
        }
    }

    private Handle open(Connection connection) {
        if (!connection.equals(opened)) {
            jdbi = Jdbi.create(new Kept(connection));
            opened = connection;
        }
        return jdbi.open();
    }

    private void apply(Handle handle, RoutingStore.Changes changes) {
        Set<Long> models = new HashSet<>(changes.models());
        if (!changes.providers().isEmpty()) {
            reachable.keySet().removeAll(changes.providers());
            providers
                    .reachable(handle, changes.providers())
                    .forEach(one -> reachable.put(one.provider().id(), one));
            models.addAll(ModelStore.servedBy(handle, changes.providers()));
        }
        replace(handle, models, ModelStore.byId(handle, models));
    }

    /// @param touched ids that may be gone
    private void replace(Handle handle, Collection<Long> touched, List<ModelEntry> entries) {
        Map<Long, List<ModelTariff>> prices =
                tariffs
                        .inForceAndLater(
                                handle, entries.stream().map(ModelEntry::id).toList())
                        .stream()
                        .collect(Collectors.groupingBy(ModelTariff::model));
        Set<Long> targets = new HashSet<>();
        for (long id : touched) {
            Loaded gone = loaded.remove(id);
            if (gone != null) {
                gone.entry().targets().forEach(target -> targets.add(target.id()));
            }
        }
        for (ModelEntry entry : entries) {
            put(entry, prices.getOrDefault(entry.id(), List.of()));
            entry.targets().forEach(target -> targets.remove(target.id()));
        }
        publish();
        targets.forEach(providers::forget);
    }

    private void put(ModelEntry entry, List<ModelTariff> prices) {
        loaded.put(entry.id(), new Loaded(entry, prices, model(entry, prices)));
    }

    private void publish() {
        Instant now = clock.instant();
        nextSwitch = Instant.MAX;
        Map<String, Model> byName = new TreeMap<>();
        for (Loaded one : loaded.values()) {
            byName.put(one.model().name(), one.model());
            for (ModelTariff price : one.tariffs()) {
                Instant from = price.tariff().validFrom();
                if (from.isAfter(now) && from.isBefore(nextSwitch)) {
                    nextSwitch = from;
                }
            }
        }
        table.replace(new Routing(++version, byName));
    }

    private Model model(ModelEntry entry, List<ModelTariff> prices) {
        List<Target> targets = new ArrayList<>();
        for (ModelEntry.TargetEntry target : entry.targets()) {
            Providers.Reachable at = reachable.get(target.provider());
            if (at != null) {
                targets.add(providers.target(
                        at,
                        new Providers.TargetSettings(
                                target.id(),
                                entry.name(),
                                target.upstreamModel(),
                                target.weight(),
                                target.priority(),
                                target.concurrency())));
            }
        }
        return new Model(
                entry.id(),
                entry.uuid(),
                entry.name(),
                entry.type(),
                entry.description(),
                entry.capabilities(),
                entry.contextLength(),
                entry.maxOutput(),
                entry.rates(),
                entry.hidden() ? NOBODY : Set.copyOf(entry.groups().values()),
                inForce(entry, prices),
                new Route(entry.policy(), targets),
                entry.created());
    }

    /// The price of each tier that the model is sold in; of a batch's windows the longest, which is the cheapest.
    private Map<Tier, Tariff> inForce(ModelEntry entry, List<ModelTariff> prices) {
        Instant now = clock.instant();
        Map<Tier, Tariff> inForce = new EnumMap<>(Tier.class);
        entry.tiers().forEach(tier -> inForce.put(tier, Tariff.FREE));
        // The oldest come first, so the newest that is valid wins.
        for (ModelTariff price : prices) {
            boolean due = !price.tariff().validFrom().isAfter(now);
            boolean counts = price.tier() != Tier.BATCH || price.window().equals("24h") || free(inForce, price.tier());
            if (due && counts && inForce.containsKey(price.tier())) {
                inForce.put(price.tier(), price.tariff());
            }
        }
        return inForce;
    }

    private static boolean free(Map<Tier, Tariff> inForce, Tier tier) {
        @Nullable Tariff known = inForce.get(tier);
        return known == null || known.isUnpriced();
    }
}
