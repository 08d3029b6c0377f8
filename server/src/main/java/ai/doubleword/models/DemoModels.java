package ai.doubleword.models;

import ai.doubleword.billing.PriceSpec;
import ai.doubleword.billing.Tariff;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.ProviderKind;
import ai.doubleword.providers.ProviderSpec;
import ai.doubleword.providers.Providers;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Five chat models without a model behind them, at a simulator of their own, for demo data. Blocking, thread-safe.
@Singleton
public final class DemoModels {
    private static final String PROVIDER = "demo-simulator";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final List<Plan> PLANS = List.of(
            new Plan("demo-large", "The most capable of the demo models.", 200_000, "3", "15", "tools", "json_schema"),
            new Plan("demo-medium", "Good at most things.", 131_072, "0.6", "2.4", "tools", "json_schema"),
            new Plan("demo-small", "Fast and cheap.", 65_536, "0.1", "0.3", "tools"),
            new Plan("demo-code", "Writes programs.", 131_072, "0.8", "3.2", "tools", "json_schema"),
            new Plan("demo-reasoning", "Thinks before it answers.", 131_072, "1.1", "4.4", "reasoning"));

    private final Database database;
    private final Providers providers;
    private final Models models;
    private final RoutingFeed feed;
    private final RoutingTable table;

    DemoModels(Database database, Providers providers, Models models, RoutingFeed feed, RoutingTable table) {
        this.database = database;
        this.providers = providers;
        this.models = models;
        this.feed = feed;
        this.table = table;
    }

    private record Plan(
            String name, String description, int context, String input, String output, List<String> capabilities) {
        Plan(String name, String description, int context, String input, String output, String... capabilities) {
            this(name, description, context, input, output, List.of(capabilities));
        }
    }

    /// A model as rows of usage name it.
    ///
    /// @param id internal
    /// @param target internal id of the place where it runs
    /// @param tariff the realtime price
    public record Made(long id, String name, long target, Tariff tariff) {}

    /// Makes them, and waits until this node routes to them.
    public List<Made> make() {
        List<String> names = database.engine().inTransaction(handle -> {
            providers.create(
                    handle,
                    new ProviderSpec(
                            PROVIDER,
                            ProviderKind.SIMULATOR.wire(),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null));
            PLANS.forEach(plan -> models.create(handle, spec(plan)));
            return PLANS.stream().map(Plan::name).toList();
        });
        feed.settle(PATIENCE);
        Routing routes = table.current();
        List<Made> made = new ArrayList<>();
        for (String name : names) {
            Model model = java.util.Objects.requireNonNull(routes.model(name), name);
            made.add(new Made(
                    model.id(),
                    name,
                    model.route().targets().getFirst().id(),
                    java.util.Objects.requireNonNull(model.tariff(Tier.REALTIME), name)));
        }
        return made;
    }

    /// Removes them and their simulator, in the transaction that removes the rest.
    public void remove(Handle handle) {
        PLANS.forEach(plan -> models.byName(handle, plan.name()).ifPresent(model -> models.delete(handle, model)));
        if (providers.byName(handle, PROVIDER).isPresent()) {
            models.leaveProvider(handle, PROVIDER);
            providers.delete(handle, PROVIDER);
        }
    }

    private static ModelSpec spec(Plan plan) {
        return new ModelSpec(
                plan.name(),
                ModelType.CHAT.wire(),
                plan.description() + " Demo data: made-up answers.",
                plan.capabilities(),
                plan.context(),
                8_192,
                null,
                null,
                null,
                null,
                null,
                List.of(new ModelSpec.TargetSpec(PROVIDER, FirstModels.DEMO, null, null, null)),
                List.of(
                        price(plan, Tier.REALTIME, null, "1"),
                        price(plan, Tier.FLEX, null, "0.5"),
                        price(plan, Tier.BATCH, "1h", "0.5"),
                        price(plan, Tier.BATCH, "24h", "0.25"),
                        price(plan, Tier.BACKGROUND, null, "0.2")));
    }

    /// @param share of the realtime price
    private static PriceSpec price(Plan plan, Tier tier, @Nullable String window, String share) {
        BigDecimal input = new BigDecimal(plan.input()).multiply(new BigDecimal(share));
        BigDecimal output = new BigDecimal(plan.output()).multiply(new BigDecimal(share));
        return new PriceSpec(
                tier.wire(),
                window,
                input,
                input.divide(BigDecimal.TEN),
                null,
                null,
                output,
                null,
                null,
                null,
                null,
                null);
    }
}
