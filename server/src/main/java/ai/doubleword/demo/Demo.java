package ai.doubleword.demo;

import ai.doubleword.accounts.User;
import ai.doubleword.gateway.Sink;
import ai.doubleword.keys.IssuedKey;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.DemoModels;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.ServerStopping;
import ai.doubleword.usage.UsageHistory;
import ai.doubleword.usage.UsageRecord;
import io.quarkus.arc.All;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/// Fills an empty system with demo data, and takes it away again. One run at a time; its progress can be read on any
/// thread of this node. Starting and removing block; the filling itself goes on in the background.
@Singleton
public final class Demo {
    private static final Logger LOG = Logger.getLogger(Demo.class);
    private static final int GROUP = 4_000;
    private static final long SEED = 20_260_101;
    private static final Duration BETWEEN_CALLS = Duration.ofMillis(250);
    private static final Duration LONGEST_CALLS = Duration.ofSeconds(60);
    /// A slow machine makes fewer calls, so that all of it takes no more than a minute and a half.
    private static final Duration ALL_CALLED_WITHIN = Duration.ofSeconds(80);
    private static final int HISTORY_PERCENT = 40;
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(10);

    private final DemoStore store;
    private final DemoPeople people;
    private final DemoCalls calls;
    private final Making making;
    private final Clock clock;
    private final Duration callsFor;
    private volatile Progress progress = Progress.NONE;
    private volatile boolean stopping;

    Demo(DemoStore store, DemoPeople people, DemoCalls calls, Making making, Clock clock, DemoConfig config) {
        this.store = store;
        this.people = people;
        this.calls = calls;
        this.making = making;
        this.clock = clock;
        this.callsFor = config.callsFor().compareTo(LONGEST_CALLS) < 0 ? config.callsFor() : LONGEST_CALLS;
    }

    /// How far a run is.
    ///
    /// @param words what it does now
    /// @param percent of all of it
    /// @param running whether it goes on
    /// @param trouble why it ended early; empty if it did not
    public record Progress(String words, int percent, boolean running, String trouble) {
        static final Progress NONE = new Progress("", 0, false, "");
    }

    /// Where demo data stands.
    public enum State {
        /// There may be some: nobody has used the system yet.
        POSSIBLE,
        /// The system is in use.
        IN_USE,
        /// This node makes it.
        FILLING,
        /// It is there, or as much of it as was made before the server stopped.
        THERE
    }

    public State state() {
        return store.find()
                .map(kept -> kept.filled() || !progress.running() ? State.THERE : State.FILLING)
                .orElseGet(() -> store.empty() ? State.POSSIBLE : State.IN_USE);
    }

    /// Whether an account holds made-up data.
    public boolean holds(long account) {
        return store.holds(account);
    }

    public Progress progress() {
        return progress;
    }

    /// Begins to fill the system, in the background.
    ///
    /// @throws ProblemException `conflict` if somebody uses it already
    public void fill() {
        if (!store.empty() || !store.begin(clock.instant())) {
            throw new ProblemException(
                    ErrorCode.CONFLICT,
                    "Demo data goes into an empty system only: this one has users, organizations, requests or demo data"
                            + " already.");
        }
        progress = new Progress("Making users, keys and models", 1, true, "");
        Thread.ofVirtual().name("demo").start(this::run);
    }

    /// Takes all demo data away.
    ///
    /// @throws ProblemException `conflict` while it is being made, or where somebody built on it; `not_found` where
    ///     there is none
    public void remove() {
        DemoStore.Kept kept = store.find()
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no demo data here."));
        if (progress.running()) {
            throw new ProblemException(ErrorCode.CONFLICT, "Demo data is being made; remove it when that is done.");
        }
        making.remove(kept);
        progress = Progress.NONE;
    }

    void serverStops(@Observes ServerStopping event) {
        stopping = true;
    }

    private void run() {
        long begun = System.nanoTime();
        try {
            DemoPeople.Made made = people.make();
            // What is made is written down at once, so that it can be removed whatever happens next.
            keep(made, List.of());
            List<DemoModels.Made> models = making.models();
            keep(made, models);
            long rows = writeHistory(made, models);
            progress = new Progress("Ordering batches, asking in the background", HISTORY_PERCENT, true, "");
            making.fill(cast(made, models));
            long left = ALL_CALLED_WITHIN.toNanos() - (System.nanoTime() - begun);
            int called = callModels(made, models, Math.min(callsFor.toNanos(), left));
            making.awaitDrained();
            store.filled(clock.instant());
            progress = new Progress(
                    String.format(Locale.ROOT, "%,d requests of %d days, %d real ones", rows, DemoHistory.DAYS, called),
                    100,
                    false,
                    "");
            LOG.infof("Demo data: %s", progress.words());
        } catch (SQLException | RuntimeException e) {
            LOG.error("Demo data could not be made", e);
            progress = new Progress("", 0, false, "It ended early: " + e.getMessage());
        }
    }

    private DemoPart.Cast cast(DemoPeople.Made made, List<DemoModels.Made> models) {
        List<IssuedKey> keys = new ArrayList<>(made.reader().stream().toList());
        // The others call of their own accounts.
        keys.addAll(made.keys().subList(0, DemoPeople.OF_THE_LAB));
        return new DemoPart.Cast(
                keys.stream().map(key -> calls.principal(key.text())).toList(),
                models.stream().map(DemoModels.Made::name).toList());
    }

    private void keep(DemoPeople.Made made, List<DemoModels.Made> models) {
        store.keep(
                made.accounts(),
                made.users().stream().map(User::id).toList(),
                made.organization().id(),
                models.stream().map(DemoModels.Made::id).toList());
    }

    private long writeHistory(DemoPeople.Made made, List<DemoModels.Made> models) throws SQLException {
        DemoHistory history =
                new DemoHistory(made.keys().stream().map(IssuedKey::key).toList(), models, SEED);
        Instant now = clock.instant();
        Instant begin = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofDays(DemoHistory.DAYS));
        int hours = DemoHistory.DAYS * 24 + 1;
        List<UsageRecord> rows = new ArrayList<>();
        long written = 0;
        for (int hour = 0; hour < hours && !stopping; hour++) {
            rows.addAll(history.hour(begin.plus(Duration.ofHours(hour)), hour / 24, now));
            if (rows.size() >= GROUP || hour == hours - 1) {
                making.write(rows);
                written += rows.size();
                rows.clear();
                progress = new Progress("Writing the history", 1 + HISTORY_PERCENT * hour / hours, true, "");
            }
        }
        return written;
    }

    private int callModels(DemoPeople.Made made, List<DemoModels.Made> models, long nanos) {
        List<Principal> principals =
                made.keys().stream().map(key -> calls.principal(key.text())).toList();
        List<CompletionStage<Sink.Terminal>> open = new ArrayList<>();
        long begin = System.nanoTime();
        int n = 0;
        for (long passed = 0; passed < nanos && !stopping; passed = System.nanoTime() - begin) {
            open.add(calls.call(n, principals.get(n % principals.size()), models.get(n * 7 % models.size())));
            n++;
            progress = new Progress(
                    "Calling the models, " + n + " times so far",
                    (int) (HISTORY_PERCENT + 1 + (99 - HISTORY_PERCENT) * passed / nanos),
                    true,
                    "");
            LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
        }
        open.forEach(call -> call.toCompletableFuture().join());
        return n;
    }

    /// What is made in tables, and taken from them.
    @Singleton
    static final class Making {
        private final Database database;
        private final DemoModels models;
        private final UsageHistory history;
        private final AuditTrail audit;
        private final List<DemoPart> parts;

        Making(
                Database database,
                DemoModels models,
                UsageHistory history,
                AuditTrail audit,
                @All List<DemoPart> parts) {
            this.database = database;
            this.models = models;
            this.history = history;
            this.audit = audit;
            this.parts = parts;
        }

        void fill(DemoPart.Cast cast) {
            parts.forEach(part -> part.fill(cast));
        }

        List<DemoModels.Made> models() {
            return models.make();
        }

        void write(List<UsageRecord> rows) throws SQLException {
            history.write(rows);
        }

        /// Rows that come in later would outlive the removal.
        void awaitDrained() {
            history.awaitDrained(DRAINED_WITHIN);
        }

        void remove(DemoStore.Kept kept) {
            try {
                database.engine().useTransaction(handle -> {
                    kept.accounts().forEach(account -> parts.forEach(part -> part.remove(handle, account)));
                    DemoStore.remove(handle, kept);
                    models.remove(handle);
                    audit.record(
                            handle,
                            AuditEvent.of("demo.removed", 0, "demo")
                                    .to(Map.of("accounts", kept.accounts().size())));
                });
            } catch (org.jdbi.v3.core.statement.StatementException e) {
                if (e.getCause() instanceof SQLException held && "23503".equals(held.getSQLState())) {
                    throw new ProblemException(
                            ErrorCode.CONFLICT,
                            "Something was made in the demo accounts that holds on to them: " + held.getMessage());
                }
                throw e;
            }
        }
    }
}
