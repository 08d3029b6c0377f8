package ai.doubleword.gateway;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.billing.Tariff;
import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.limits.Rates;
import ai.doubleword.models.Model;
import ai.doubleword.models.ModelType;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.ResponsesSupport;
import ai.doubleword.providers.Target;
import ai.doubleword.providers.TestUpstreams;
import ai.doubleword.providers.Upstream;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Keys and models for tests of the data plane: a simulator over HTTP stands behind every model, and a model's fault is
/// part of its upstream name.
@Singleton
public class DataPlaneFixture {
    public final SimulatedModels simulated = new SimulatedModels(SimulatorConfig.defaults());
    private final SimulatorServer simulator = SimulatorServer.start(simulated, "127.0.0.1", 0, 1);
    private final Accounts accounts;
    private final Keys keys;
    private final RoutingTable routing;
    private final Vertx vertx;

    DataPlaneFixture(Accounts accounts, Keys keys, RoutingTable routing, Vertx vertx) {
        this.accounts = accounts;
        this.keys = keys;
        this.routing = routing;
        this.vertx = vertx;
    }

    @PreDestroy
    void stop() {
        simulator.close();
    }

    public String key() {
        return key(KeyType.INFERENCE, KeyScopes.UNRESTRICTED, Rates.UNLIMITED);
    }

    public String key(KeyType type, KeyScopes scopes, Rates rates) {
        String name = "u-" + UUID.randomUUID();
        User user = accounts.createUser(name, name + "@example.com", UserRole.USER);
        KeyTerms terms = new KeyTerms("test", "", scopes, rates, true, Map.of(), null);
        return keys.issue(user.account(), user.id(), type, terms, Set.of("keys"))
                .text()
                .revealText();
    }

    /// A chat model behind which the simulator does what the faults say, target by target.
    ///
    /// @return its name
    public String chat(String... faults) {
        Target[] targets = new Target[faults.length];
        for (int i = 0; i < faults.length; i++) {
            targets[i] = target(i, faults[i].isEmpty() ? "sim-chat" : "sim-chat!" + faults[i]);
        }
        return model("chat-" + UUID.randomUUID(), ModelType.CHAT, targets);
    }

    /// A chat model with limits over all its callers.
    String limitedChat(Rates rates) {
        String name = "chat-" + UUID.randomUUID();
        return put(InMemory.model(name, ModelType.CHAT, rates, Set.of(), target(0, "sim-chat")));
    }

    public String model(String name, ModelType type, Target... targets) {
        return put(InMemory.model(name, type, targets));
    }

    /// The same model, sold in every tier at one price.
    private static Model soldEverywhere(Model model) {
        Tariff price = java.util.Objects.requireNonNull(model.tariff(Tier.REALTIME));
        Map<Tier, Tariff> tariffs = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            tariffs.put(tier, price);
        }
        return new Model(
                model.id(),
                model.uuid(),
                model.name(),
                model.type(),
                model.description(),
                model.capabilities(),
                model.contextLength(),
                model.maxOutput(),
                model.rates(),
                model.groups(),
                tariffs,
                model.route(),
                model.created());
    }

    private String put(Model unsold) {
        Model model = soldEverywhere(unsold);
        Map<String, Model> models = new LinkedHashMap<>();
        for (Model known : routing.current().models()) {
            models.put(known.name(), known);
        }
        models.put(model.name(), model);
        routing.replace(new Routing(routing.current().version() + 1, models));
        return model.name();
    }

    public Target target(int index, String upstreamModel) {
        return target(index, upstreamModel, simulator.baseUrl(), 60_000);
    }

    /// A target at a provider that serves the Responses API, or nothing else.
    public Target target(int index, String upstreamModel, ResponsesSupport responses) {
        Upstream upstream = TestUpstreams.http(vertx, simulator.baseUrl(), 60_000);
        return InMemory.target(
                index + 1,
                upstreamModel,
                responses == ResponsesSupport.ONLY ? TestUpstreams.responsesOnly(vertx, upstream) : upstream,
                new InMemory.Slots(),
                new Target.Quirks(false, true, true, responses));
    }

    Target target(int index, String upstreamModel, String baseUrl, int firstByteMillis) {
        Upstream upstream = TestUpstreams.http(vertx, baseUrl, firstByteMillis);
        return InMemory.target(index + 1, upstreamModel, upstream, new InMemory.Slots());
    }
}
