package ai.doubleword.gateway;

import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Model;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ServerStopping;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.TokenUsage;
import ai.doubleword.usage.UsageRecord;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The gateway: scan, admission, relay. It holds what all calls share and nothing of any one of them.
@Singleton
final class InferenceGateway implements Gateway {
    private static final Logger LOG = Logger.getLogger(InferenceGateway.class);
    private static final Ticket OVER = new Ticket() {
        @Override
        public void demand() {}

        @Override
        public void abandon() {}
    };

    private final Vertx vertx;
    private final Admission admission;
    private final KeyVerifier keys;
    private final BodyBudget budget;
    private final GatewayMetrics metrics;
    private final RunningCalls.All running;
    private final ThreadLocal<RandomGenerator> random;
    private final Runnable stopListening;
    private final FlexConfig flex;
    private final FlexCalls flexCalls;
    private volatile @Nullable FlexRoom room;

    InferenceGateway(
            Vertx vertx,
            Admission admission,
            KeyVerifier keys,
            BodyBudget budget,
            GatewayMetrics metrics,
            Chance chance) {
        this.vertx = vertx;
        this.admission = admission;
        this.keys = keys;
        this.budget = budget;
        this.metrics = metrics;
        this.running = new RunningCalls.All(vertx);
        this.random = ThreadLocal.withInitial(
                () -> new SplittableRandom(chance.seeds().nextLong()));
        this.flex = chance.flex();
        this.flexCalls = new FlexCalls(vertx, flex.linger());
        this.stopListening = keys.onCut(running::cut);
        metrics.gauge("doubleword.running.requests", "Inference requests under way", running::count);
        metrics.gauge(
                "doubleword.body.budget.left.bytes", "What buffered bodies may still take together", budget::left);
    }

    /// Chance, and how long what waits may wait.
    @Singleton
    record Chance(SecureRandom seeds, FlexConfig flex) {}

    @PreDestroy
    void stop() {
        stopListening.run();
    }

    void serverStops(@Observes ServerStopping event) {
        running.stopping();
        flexCalls.stop();
    }

    /// How many calls are under way.
    int running() {
        return running.count();
    }

    @Override
    public Ticket submit(Principal principal, Call call, Sink sink) {
        RequestScan scan = RequestScan.of(call.body());
        if (call.order() != null) {
            if (!call.order().streamed()) {
                scan.answerWhole();
            }
        } else if ("flex".equals(scan.tier) && !scan.streamed && call.client() != null) {
            return flexCalls.join(principal, call, sink, shared -> submit(principal, call, scan, shared));
        }
        return submit(principal, call, scan, sink);
    }

    private Ticket submit(Principal principal, Call call, RequestScan scan, Sink sink) {
        Admission.Decision decision;
        try {
            decision = admission.decide(principal, call, scan);
        } catch (RuntimeException e) {
            LOG.error("admission failed", e);
            decision = new Admission.Refused(
                    Problem.of(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side."), null);
        }
        return switch (decision) {
            case Admission.Refused refused -> {
                refuse(principal, call, scan, refused, sink);
                yield OVER;
            }
            case Admission.Admitted admitted -> {
                Model model = admitted.model();
                sink.about(model);
                if (call.client() != null) {
                    keys.used(principal, call.client(), model.name());
                }
                Relay.Exchange about = new Relay.Exchange(principal, call, sink, scan, admitted, budget, metrics);
                boolean held = call.order() == null && admitted.tier() == Tier.FLEX;
                Relay relay = new Relay(
                        about,
                        vertx.getOrCreateContext(),
                        running.here(),
                        () -> model.route().order(random.get()),
                        held ? new Relay.Hold(room, flex.hold()) : null);
                relay.start();
                yield relay;
            }
        };
    }

    @Override
    public void flexBy(FlexRoom flexRoom) {
        room = flexRoom;
    }

    @Override
    public void refuse(Principal principal, Call call, Problem problem, Sink sink) {
        refuse(principal, call, RequestScan.of(call.body()), new Admission.Refused(problem, null), sink);
    }

    private void refuse(Principal principal, Call call, RequestScan scan, Admission.Refused refused, Sink sink) {
        UsageRecord row = refusal(principal, call, scan, refused);
        // A refusal is no usage: nobody waits for its row, and without room it is left out.
        if (call.usage().reserve()) {
            call.usage().record(row, InferenceGateway::nobodyWaits);
        }
        metrics.ended(call.dialect(), row);
        if (refused.model() != null) {
            sink.about(refused.model());
        }
        sink.end(new Sink.Terminal(Cause.REFUSED, refused.problem(), row));
    }

    @Override
    public Optional<Problem> refusal(Principal principal, Dialect dialect, String model, Tier tier) {
        return switch (admission.access(principal, dialect, model, tier)) {
            case Admission.Access.Open open -> Optional.empty();
            case Admission.Access.Closed closed -> Optional.of(closed.refused().problem());
        };
    }

    private static UsageRecord refusal(Principal principal, Call call, RequestScan scan, Admission.Refused refused) {
        Model model = refused.model();
        return new UsageRecord(
                call.requestId(),
                call.dialect().endpoint(),
                principal.keyId(),
                principal.family(),
                principal.member(),
                principal.account(),
                model == null ? 0 : model.id(),
                tierOf(call, scan),
                0,
                refused.problem().code().status(),
                Cause.REFUSED,
                refused.problem().code().code(),
                TokenUsage.NONE,
                0,
                0,
                0,
                call.batch(),
                call.line(),
                0,
                0,
                (System.nanoTime() - call.arrivedNanos()) / 1000,
                scan.streamed,
                1,
                List.of());
    }

    private static Tier tierOf(Call call, RequestScan scan) {
        return call.order() != null ? call.order().tier() : "flex".equals(scan.tier) ? Tier.FLEX : Tier.REALTIME;
    }

    private static void nobodyWaits() {}
}
