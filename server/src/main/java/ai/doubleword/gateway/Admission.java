package ai.doubleword.gateway;

import ai.doubleword.billing.Holds;
import ai.doubleword.billing.PricingConfig;
import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.WorstCase;
import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.ModelPattern;
import ai.doubleword.keys.Principal;
import ai.doubleword.limits.Limiter;
import ai.doubleword.limits.Permit;
import ai.doubleword.models.Model;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.Tier;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Whether a call may run: what it asks for, model access, scopes, price, limits, money, room in the journal, in this
/// order, so that what is wrong for good is said before what is only too much now. Reads one routing snapshot. What it
/// grants is given back by the relay's one terminal; what it refuses leaves nothing taken. Event loop; never blocks.
@Singleton
final class Admission {
    private static final int UNKNOWN_OUTPUT = 4096;
    private static final Problem UNSUPPORTED_TIER = Problem.ofParam(
            ErrorCode.INVALID_VALUE, "service_tier", "`service_tier` must be auto, default, flex or priority.");

    private final RoutingTable routing;
    private final Limiter limiter;
    private final Holds holds;
    private final BooleanSupplier priceRequired;

    @Inject
    Admission(RoutingTable routing, Limiter limiter, Holds holds, PricingConfig pricing) {
        this(routing, limiter, holds, pricing::required);
    }

    Admission(RoutingTable routing, Limiter limiter, Holds holds, BooleanSupplier priceRequired) {
        this.routing = routing;
        this.limiter = limiter;
        this.holds = holds;
        this.priceRequired = priceRequired;
    }

    /// The answer.
    sealed interface Decision permits Admitted, Refused {}

    /// The call may run.
    ///
    /// @param permit to be settled at its end
    /// @param hold to be settled by its usage record
    record Admitted(Model model, Tier tier, Tariff tariff, Permit permit, long hold) implements Decision {}

    /// It may not.
    ///
    /// @param model the model it was about, where the caller may know of it
    record Refused(Problem problem, @Nullable Model model) implements Decision {}

    Decision decide(Principal principal, Call call, RequestScan scan) {
        Problem malformed = scan.problem;
        if (malformed != null) {
            return new Refused(malformed, null);
        }
        if (principal.type() != KeyType.INFERENCE) {
            return refuse(
                    ErrorCode.WRONG_KEY_TYPE,
                    "This is a platform key; calling models needs an inference key (dw_sk_…).",
                    null);
        }
        Order order = call.order();
        Tier tier = order == null ? tierOf(scan.tier) : order.tier();
        if (tier == null) {
            return new Refused(UNSUPPORTED_TIER, null);
        }
        // What a key may do was checked when the order was taken; what has become of the model was not.
        Access access = order == null
                ? access(principal, call.dialect(), scan.modelName, tier)
                : find(principal, call.dialect(), scan.modelName);
        return switch (access) {
            case Access.Closed closed -> closed.refused();
            case Access.Open open -> reserve(principal, call, scan, open.model(), tier);
        };
    }

    /// Whether a model may be called.
    sealed interface Access {
        record Open(Model model) implements Access {}

        record Closed(Refused refused) implements Access {}
    }

    /// Whether a key may call a model in a tier: model, scopes, price.
    Access access(Principal principal, Dialect dialect, String name, Tier tier) {
        Access found = find(principal, dialect, name);
        if (found instanceof Access.Open(Model model)) {
            Refused refused = refuseScope(principal.scopes(), dialect, model, tier);
            if (refused == null) {
                refused = refuseUnsold(model, tier);
            }
            if (refused == null) {
                refused = refuseUnpriced(model, tier);
            }
            return refused == null ? found : new Access.Closed(refused);
        }
        return found;
    }

    private Access find(Principal principal, Dialect dialect, String name) {
        Model model = routing.current().model(name);
        if (model == null || !model.visibleTo(principal.groups())) {
            return new Access.Closed(new Refused(
                    Problem.ofParam(
                            ErrorCode.MODEL_NOT_FOUND,
                            "model",
                            "The model '" + shortened(name) + "' does not exist, or this account may not "
                                    + "see it; GET /v1/models lists those it may use."),
                    null));
        }
        if (model.type() != dialect.type()) {
            return new Access.Closed(new Refused(
                    Problem.ofParam(
                            ErrorCode.INVALID_VALUE,
                            "model",
                            "'" + model.name() + "' is of type " + model.type().wire() + "; POST /v1/"
                                    + dialect.endpoint() + " needs a model of type "
                                    + dialect.type().wire() + "."),
                    model));
        }
        return new Access.Open(model);
    }

    private @Nullable Refused refuseScope(KeyScopes scopes, Dialect dialect, Model model, Tier tier) {
        if (!scopes.includes(dialect.scope())) {
            return refuse(ErrorCode.SCOPE_DENIED, "The key's scopes do not include '" + dialect.scope() + "'.", model);
        }
        if (!scopes.models().isEmpty() && !anyMatches(scopes.models(), model.name())) {
            return refuse(ErrorCode.MODEL_NOT_ALLOWED, "The key may not use the model '" + model.name() + "'.", model);
        }
        if (!scopes.tiers().isEmpty() && !scopes.tiers().contains(tier)) {
            return refuse(ErrorCode.SCOPE_DENIED, "The key may not buy the tier '" + tier.wire() + "'.", model);
        }
        return null;
    }

    private static @Nullable Refused refuseUnsold(Model model, Tier tier) {
        return tier != Tier.FLEX || model.tariff(tier) != null
                ? null
                : new Refused(
                        Problem.ofParam(
                                ErrorCode.INVALID_VALUE,
                                "service_tier",
                                "The model '" + model.name() + "' is not sold in the tier '" + tier.wire() + "'."),
                        model);
    }

    private @Nullable Refused refuseUnpriced(Model model, Tier tier) {
        return priceRequired.getAsBoolean() && priceOf(model, tier).isUnpriced()
                ? refuse(
                        ErrorCode.MODEL_NOT_PRICED,
                        "The model '" + model.name() + "' has no price in the tier '" + tier.wire() + "'.",
                        model)
                : null;
    }

    private static Tariff priceOf(Model model, Tier tier) {
        Tariff tariff = model.tariff(tier);
        return tariff == null ? Tariff.FREE : tariff;
    }

    private Decision reserve(Principal principal, Call call, RequestScan scan, Model model, Tier tier) {
        Order order = call.order();
        Tariff tariff = order == null ? priceOf(model, tier) : order.tariff();
        long input = needsInput(principal, model, tariff) ? Bytes.tokens(call.body()) : 0;
        boolean embeds = call.dialect() == Dialect.EMBEDDINGS;
        Permit permit = limiter.permit();
        // What may wait is bounded by fair share and by slots.
        Permit.Outcome outcome = tier != Tier.REALTIME || order != null
                ? Permit.Outcome.GRANTED
                : limiter.acquire(
                        permit,
                        principal.family(),
                        principal.rates(),
                        principal.account(),
                        principal.accountRates(),
                        model.id(),
                        model.rates(),
                        input,
                        scan.maxOutput,
                        embeds ? 0 : scan.n);
        if (outcome != Permit.Outcome.GRANTED) {
            return new Refused(tooMuch(outcome, permit), model);
        }
        long output = embeds ? 0 : scan.maxOutput > 0 ? scan.maxOutput : limitOf(model);
        Holds.Decision hold = holds.take(
                principal.account(),
                principal.member(),
                principal.family(),
                WorstCase.of(tariff, input, output * scan.n));
        if (hold instanceof Holds.Decision.Refused broke) {
            permit.cancel();
            return new Refused(broke.problem(), model);
        }
        if (!call.usage().reserve()) {
            permit.cancel();
            return new Refused(
                    Problem.retry(
                            ErrorCode.NO_CAPACITY,
                            "The server cannot record more usage now; try again shortly.",
                            Duration.ofSeconds(5)),
                    model);
        }
        return new Admitted(model, tier, tariff, permit, ((Holds.Decision.Granted) hold).hold());
    }

    /// Only a price and limits of tokens ask how long a request is before its upstream has counted.
    private static boolean needsInput(Principal principal, Model model, Tariff tariff) {
        return !tariff.isUnpriced()
                || (principal.rates().tokensPerMinute()
                                | principal.accountRates().tokensPerMinute()
                                | model.rates().tokensPerMinute())
                        != 0;
    }

    private static long limitOf(Model model) {
        return model.maxOutput() > 0
                ? model.maxOutput()
                : model.contextLength() > 0 ? model.contextLength() : UNKNOWN_OUTPUT;
    }

    private static Problem tooMuch(Permit.Outcome outcome, Permit permit) {
        String whose = switch (permit.refusedBy()) {
            case KEY -> "this key";
            case ACCOUNT -> "this account";
            case MODEL -> "this model";
        };
        Duration wait = Duration.ofNanos(permit.waitNanos());
        return switch (outcome) {
            case REQUESTS ->
                Problem.retry(
                        ErrorCode.RATE_LIMIT_REQUESTS,
                        "The limit of " + permit.limit() + " requests per minute of " + whose + " is reached.",
                        wait);
            case TOKENS ->
                Problem.retry(
                        ErrorCode.RATE_LIMIT_TOKENS,
                        "The limit of " + permit.limit() + " tokens per minute of " + whose
                                + " is reached; this request sets aside " + permit.reservedTokens() + ".",
                        wait);
            case CONCURRENCY, GRANTED ->
                Problem.retry(
                        ErrorCode.RATE_LIMIT_CONCURRENCY,
                        "The limit of " + permit.limit() + " requests at once of " + whose + " is reached.",
                        wait);
        };
    }

    private static @Nullable Tier tierOf(@Nullable String serviceTier) {
        return switch (serviceTier) {
            case null -> Tier.REALTIME;
            case "auto", "default", "priority" -> Tier.REALTIME;
            case "flex" -> Tier.FLEX;
            default -> null;
        };
    }

    private static boolean anyMatches(List<String> patterns, String name) {
        for (int i = 0; i < patterns.size(); i++) {
            if (ModelPattern.matches(patterns.get(i), name)) {
                return true;
            }
        }
        return false;
    }

    private static String shortened(String name) {
        return name.length() <= 200 ? name : name.substring(0, 200) + "…";
    }

    private static Refused refuse(ErrorCode code, String message, @Nullable Model model) {
        return new Refused(Problem.of(code, message), model);
    }
}
