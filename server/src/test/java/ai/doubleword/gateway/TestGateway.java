package ai.doubleword.gateway;

import ai.doubleword.billing.Holds;
import ai.doubleword.billing.Tariff;
import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.keys.Principal;
import ai.doubleword.limits.Limiter;
import ai.doubleword.models.Model;
import ai.doubleword.models.ModelType;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Upstream;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The gateway without a server, for tests of what calls models by it.
public final class TestGateway {
    private TestGateway() {}

    /// A gateway that grants whatever is priced at nothing.
    public static Gateway over(Vertx vertx, RoutingTable routing) {
        Holds holds = (account, member, family, worst) -> new Holds.Decision.Granted(0);
        return new InferenceGateway(
                vertx,
                new Admission(routing, new Limiter(() -> 1000), holds, () -> false),
                new InMemory.Keys(),
                new BodyBudget(1 << 24),
                new GatewayMetrics(new SimpleMeterRegistry()),
                new InferenceGateway.Chance(new SecureRandom(), FLEX));
    }

    static final FlexConfig FLEX = new FlexTimes(Duration.ofMinutes(9), Duration.ofSeconds(15));

    record FlexTimes(Duration hold, Duration linger) implements FlexConfig {}

    /// A chat model with one target, free in all tiers.
    public static Model chat(String name, Upstream upstream) {
        return chat(name, upstream, Tariff.FREE);
    }

    /// A chat model with one target, at one price in all tiers.
    public static Model chat(String name, Upstream upstream, Tariff price) {
        Model model = InMemory.model(name, ModelType.CHAT, InMemory.target(1, "up", upstream, new InMemory.Slots()));
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
                Arrays.stream(Tier.values()).collect(Collectors.toMap(tier -> tier, tier -> price)),
                model.route(),
                model.created());
    }

    /// A key of an account.
    public static Principal principal(long account) {
        Principal any = InMemory.principal();
        return new Principal(
                any.keyId(),
                any.family(),
                account,
                any.member(),
                any.type(),
                any.scopes(),
                any.rates(),
                any.accountRates(),
                any.groups(),
                any.cutStreams(),
                any.expiresAtMillis(),
                any.version());
    }

    /// A ring that holds this one key.
    public static KeyVerifier ring(Principal only) {
        InMemory.Keys none = new InMemory.Keys();
        return new KeyVerifier() {
            @Override
            public ai.doubleword.keys.KeyVerdict verify(CharSequence credential, InetAddress client) {
                return none.verify(credential, client);
            }

            @Override
            public Optional<Principal> acting(String keyId) {
                return keyId.equals(only.keyId()) ? Optional.of(only) : Optional.empty();
            }

            @Override
            public Runnable onCut(Consumer<String> keyId) {
                return none.onCut(keyId);
            }

            @Override
            public void used(Principal principal, InetAddress client, String model) {
                none.used(principal, client, model);
            }
        };
    }
}
