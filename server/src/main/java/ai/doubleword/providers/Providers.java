package ai.doubleword.providers;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// The door to providers: what they are, how to change them, and what makes a [Target] of one. Every method that takes
/// a handle is part of its caller's transaction and blocks; thread-safe.
public final class Providers {
    private final Ids ids;
    private final ProviderVault vault;
    private final Upstreams upstreams;
    private final TargetStates states;
    private final Discovery discovery;
    private final HealthChecks health;

    Providers(
            Ids ids,
            ProviderVault vault,
            Upstreams upstreams,
            TargetStates states,
            Discovery discovery,
            HealthChecks health) {
        this.discovery = discovery;
        this.health = health;
        this.ids = ids;
        this.vault = vault;
        this.upstreams = upstreams;
        this.states = states;
    }

    /// A provider with the way to it.
    public record Reachable(Provider provider, Upstream upstream) {}

    /// What a model's route says of one target.
    ///
    /// @param model the public name of the model, for metrics
    /// @param concurrency 0 takes the provider's
    public record TargetSettings(
            long id, String model, String upstreamModel, int weight, int priority, int concurrency) {}

    /// How a test call went.
    ///
    /// @param ok whether it was answered with 200
    /// @param status HTTP status; 0 if there was no answer
    /// @param firstByteMs milliseconds to the first byte of the answer
    /// @param totalMs milliseconds to its end
    /// @param message what went wrong; empty if nothing did
    public record TestResult(boolean ok, int status, long firstByteMs, long totalMs, String message) {}

    /// Asks a provider which models it serves. Blocks on the network: not within a transaction.
    ///
    /// @throws ProblemException `upstream_error` if it does not say; `invalid_value` if it is no HTTP provider
    public List<Discovered> discover(Jdbi jdbi, String name) throws InterruptedException {
        return discovery.discover(remote(jdbi, name));
    }

    /// Finds out whether a provider serves the Responses API, at no cost. Blocks on the network: not within a
    /// transaction.
    ///
    /// @return nothing where it cannot be told
    /// @throws ProblemException `invalid_value` if it is no HTTP provider
    public Optional<ResponsesSupport> responses(Jdbi jdbi, String name) throws InterruptedException {
        return discovery.responses(remote(jdbi, name));
    }

    private ProviderConnection remote(Jdbi jdbi, String name) {
        ProviderStore.Row row = jdbi.withHandle(handle -> require(handle, name));
        if (row.provider().kind() != ProviderKind.OPENAI_COMPATIBLE) {
            throw new ProblemException(
                    ErrorCode.INVALID_VALUE, "The provider '" + name + "' runs in this process: its models are known.");
        }
        return vault.connection(row);
    }

    /// Calls a target once, with the smallest request of its kind. Blocks on the network: not within a transaction.
    ///
    /// @param type of the model: `chat`, `embedding` or `rerank`
    /// @throws ProblemException `not_found`
    public TestResult test(Jdbi jdbi, String name, String type, String upstreamModel) throws InterruptedException {
        ProviderStore.Row row = jdbi.withHandle(handle -> require(handle, name));
        String model = TextNode.valueOf(upstreamModel).toString();
        return switch (type) {
            case ModelListing.EMBEDDING ->
                upstreams.call(row, "/embeddings", "{\"model\":" + model + ",\"input\":\"ok\"}");
            case ModelListing.RERANK ->
                upstreams.call(row, "/rerank", "{\"model\":" + model + ",\"query\":\"ok\",\"documents\":[\"ok\"]}");
            default ->
                upstreams.call(
                        row,
                        "/chat/completions",
                        "{\"model\":" + model
                                + ",\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"Say ok.\"}]}");
        };
    }

    /// All providers with the ways to them. The same provider, unchanged, has the same upstream object each time.
    public List<Reachable> reachable(Handle handle) {
        return ProviderStore.all(handle).stream().map(this::reach).toList();
    }

    /// Those of the providers that still exist.
    public List<Reachable> reachable(Handle handle, Collection<Long> ids) {
        List<ProviderStore.Row> rows = ProviderStore.byId(handle, ids);
        Set<Long> gone = new HashSet<>(ids);
        rows.forEach(row -> gone.remove(row.provider().id()));
        gone.forEach(health::forget);
        return rows.stream().map(this::reach).toList();
    }

    private Reachable reach(ProviderStore.Row row) {
        health.know(row);
        return new Reachable(row.provider(), upstreams.of(row));
    }

    /// A target as the relay takes it. Its state is the one that it always had.
    public Target target(Reachable at, TargetSettings settings) {
        Provider provider = at.provider();
        int cap = settings.concurrency() > 0 ? settings.concurrency() : provider.concurrency();
        return new Target(
                settings.id(),
                provider.name(),
                settings.upstreamModel(),
                settings.weight(),
                settings.priority(),
                provider.quirks(),
                at.upstream(),
                states.state(provider, settings, cap));
    }

    /// Forgets the state of a target that is gone.
    public void forget(long target) {
        states.forget(target);
    }

    /// How a provider is, as this node sees it.
    public ProviderState state(Provider provider) {
        return health.state(provider);
    }

    /// How a target is: its breaker and the requests under way.
    ///
    /// @param breaker `closed`, `open` or `probing`
    public record TargetCondition(String breaker, int running) {}

    /// How a target is, as this node sees it; nothing if no route uses it yet.
    public Optional<TargetCondition> condition(long target) {
        return Optional.ofNullable(states.breaker(target))
                .map(breaker -> new TargetCondition(breaker.phaseName(), breaker.running()));
    }

    public List<Provider> list(Handle handle) {
        return ProviderStore.all(handle).stream().map(vault::describe).toList();
    }

    public Optional<Provider> byName(Handle handle, String name) {
        return ProviderStore.byName(handle, name).map(vault::describe);
    }

    /// Whether there ever was a provider, even if it was removed.
    public boolean everHadOne(Handle handle) {
        return ProviderStore.everHadOne(handle);
    }

    /// Adds a provider.
    ///
    /// @throws ProblemException `conflict` if the name is taken, `invalid_value` for settings that cannot be
    public Provider create(Handle handle, ProviderSpec spec) {
        String name = ProviderRules.name(spec.name());
        if (ProviderStore.byName(handle, name).isPresent()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.CONFLICT,
                    "name",
                    "A provider named '" + name + "' exists. Choose another name, or change it."));
        }
        Provider blank = new Provider(
                ids.next(),
                name,
                ProviderRules.kind(spec.kind() == null ? ProviderKind.OPENAI_COMPATIBLE.wire() : spec.kind()),
                "",
                false,
                "",
                new TreeMap<>(),
                Provider.Timeouts.DEFAULT,
                Target.Quirks.DEFAULT,
                0,
                "/models",
                0,
                Instant.EPOCH);
        ProviderStore.insert(handle, merge(new ProviderStore.Row(blank, "", ""), spec));
        return byName(handle, name).orElseThrow();
    }

    /// Changes what the spec names and keeps the rest. The kind of a provider does not change.
    ///
    /// @throws ProblemException `not_found` if there is none of that name, else as [#create]
    public Provider update(Handle handle, String name, ProviderSpec spec) {
        ProviderStore.Row row = require(handle, name);
        String wanted = spec.name() == null ? name : ProviderRules.name(spec.name());
        if (!wanted.equals(name) && ProviderStore.byName(handle, wanted).isPresent()) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.CONFLICT, "name", "A provider named '" + wanted + "' exists."));
        }
        if (spec.kind() != null
                && ProviderRules.kind(spec.kind()) != row.provider().kind()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE, "kind", "The kind of a provider cannot change: add another provider."));
        }
        ProviderStore.Row changed = merge(row, spec);
        if (!changed.equals(row)) {
            ProviderStore.update(handle, changed);
        }
        return byName(handle, wanted).orElseThrow();
    }

    /// Removes a provider; its row stays for the request log.
    ///
    /// @throws ProblemException `not_found`
    public void delete(Handle handle, String name) {
        ProviderStore.delete(handle, require(handle, name).provider().id());
    }

    private static ProviderStore.Row require(Handle handle, String name) {
        return ProviderStore.byName(handle, name)
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no provider '" + name + "'."));
    }

    private ProviderStore.Row merge(ProviderStore.Row row, ProviderSpec spec) {
        Provider old = row.provider();
        ProviderSpec.Health health = spec.health() == null ? new ProviderSpec.Health(null, null) : spec.health();
        String key = key(row, spec);
        Provider changed = new Provider(
                old.id(),
                or(spec.name(), old.name()),
                old.kind(),
                ProviderRules.baseUrl(old.kind(), or(spec.baseUrl(), old.baseUrl())),
                !key.isEmpty(),
                spec.apiKey() == null ? or(spec.apiKeySource(), old.keySource()) : or(spec.apiKeySource(), ""),
                new TreeMap<>(),
                merge(old.timeouts(), spec.timeouts()),
                merge(old.quirks(), spec.quirks()),
                ProviderRules.atLeastZero("concurrency", or(spec.concurrency(), old.concurrency())),
                ProviderRules.path(or(health.path(), old.healthPath())),
                ProviderRules.atLeastZero("health.interval_ms", or(health.intervalMs(), old.healthIntervalMillis())),
                old.created());
        return new ProviderStore.Row(changed, key, headers(row, spec));
    }

    /// The same key again keeps what is sealed, so that nothing seems to have changed.
    private String key(ProviderStore.Row row, ProviderSpec spec) {
        long id = row.provider().id();
        if (spec.apiKey() == null
                || spec.apiKey().equals(vault.key(id, row.sealedKey()).revealText())) {
            return row.sealedKey();
        }
        return vault.sealKey(id, ProviderRules.value("api_key", spec.apiKey()));
    }

    private String headers(ProviderStore.Row row, ProviderSpec spec) {
        if (spec.headers() == null) {
            return row.sealedHeaders();
        }
        long id = row.provider().id();
        SortedMap<String, ProviderVault.Header> headers = vault.headers(id, row.sealedHeaders());
        spec.headers().forEach((name, value) -> {
            String lower = ProviderRules.header(name);
            if (value.isEmpty()) {
                headers.remove(lower);
            } else {
                String source =
                        spec.headerSources() == null ? "" : spec.headerSources().getOrDefault(name, "");
                headers.put(lower, new ProviderVault.Header(ProviderRules.value("headers", value), source));
            }
        });
        return headers.equals(vault.headers(id, row.sealedHeaders()))
                ? row.sealedHeaders()
                : vault.sealHeaders(id, headers);
    }

    /// Tells whether a provider's secrets were changed between two looks at it, and nothing else about them.
    public String secretsVersion(Handle handle, String name) {
        return ProviderStore.byName(handle, name)
                .map(row -> Integer.toHexString((row.sealedKey() + "/" + row.sealedHeaders()).hashCode()))
                .orElse("");
    }

    private static Provider.Timeouts merge(Provider.Timeouts old, ProviderSpec.@Nullable Timeouts spec) {
        if (spec == null) {
            return old;
        }
        return new Provider.Timeouts(
                ProviderRules.millis("timeouts.connect_ms", or(spec.connectMs(), old.connectMs())),
                ProviderRules.millis("timeouts.first_byte_ms", or(spec.firstByteMs(), old.firstByteMs())),
                ProviderRules.millis("timeouts.idle_ms", or(spec.idleMs(), old.idleMs())),
                ProviderRules.millis("timeouts.total_ms", or(spec.totalMs(), old.totalMs())));
    }

    private static Target.Quirks merge(Target.Quirks old, ProviderSpec.@Nullable Quirks spec) {
        if (spec == null) {
            return old;
        }
        return new Target.Quirks(
                or(spec.serviceTier(), old.takesServiceTier()),
                or(spec.streamUsage(), old.takesStreamUsage()),
                or(spec.base64(), old.takesBase64()),
                spec.responses() == null ? old.responses() : ProviderRules.responses(spec.responses()));
    }

    private static <T> T or(@Nullable T wanted, T old) {
        return wanted == null ? old : wanted;
    }
}
