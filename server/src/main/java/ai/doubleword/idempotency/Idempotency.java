package ai.doubleword.idempotency;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Does a request once, however often it is sent: the first claims a row of (key family, hash of the
/// `Idempotency-Key`), does the work and keeps the answer; a repeat gets that answer.
///
/// A claim is good for 60 s and renewed every 20 s while its node lives, so a dead node's is free after a minute; but
/// for that, the work is done at most once. Every method blocks on the database: call from virtual threads.
/// Thread-safe.
@Singleton
public final class Idempotency {
    /// How long answers are kept.
    public static final Duration KEPT = Duration.ofHours(24);

    /// How long answers are kept that hold a secret.
    public static final Duration KEPT_SECRET = Duration.ofMinutes(10);

    /// The largest answer that is kept, in bytes; of larger ones only the fact.
    public static final int LARGEST = 1 << 20;

    private static final int LONGEST_KEY = 255;
    private static final Duration POLL = Duration.ofMillis(100);

    private final IdempotencyStore store;
    private final SecretBox box;
    private final Ids ids;
    private final Set<Long> running = ConcurrentHashMap.newKeySet();

    Idempotency(IdempotencyStore store, SecretBox box, Ids ids) {
        this.store = store;
        this.box = box;
        this.ids = ids;
    }

    /// What became of a request that carries a key.
    public sealed interface Outcome {
        /// Ours to do, and to end by exactly one method of the claim.
        record Claimed(Claim claim) implements Outcome {}

        /// Done before: this is the answer.
        record Replayed(Answer answer) implements Outcome {}

        /// Not to be done: the problem says why.
        record Refused(Problem problem) implements Outcome {}
    }

    /// An answer that can be given again.
    ///
    /// @param status HTTP status
    /// @param contentType its content type
    /// @param body its bytes; not to be changed
    // Shared on purpose: up to a mebibyte that nobody changes.
    @SuppressWarnings("ArrayRecordComponent")
    public record Answer(int status, String contentType, byte[] body) {}

    /// The right to do a request's work. Ended once: later calls do nothing.
    public final class Claim {
        private final long id;

        private Claim(long id) {
            this.id = id;
        }

        /// Keeps the answer for repeats; of one over [#LARGEST] only the fact.
        public void keep(Answer answer, Duration kept) {
            if (running.remove(id)) {
                byte[] sealed = null;
                if (answer.body().length <= LARGEST) {
                    try (Secret plain = Secret.of(answer.body())) {
                        sealed = box.seal(plain, "idempotency", id, "answer");
                    }
                }
                store.finish(id, answer.status(), answer.contentType(), sealed, kept);
            }
        }

        /// Keeps only that it was done: repeats are refused.
        public void keepFact(int status) {
            if (running.remove(id)) {
                store.finish(id, status, "", null, KEPT);
            }
        }

        /// Nothing was done: a repeat may do it.
        public void release() {
            if (running.remove(id)) {
                store.release(id);
            }
        }
    }

    /// Claims a request, or says what became of it; while another does it, waits for that one's end.
    ///
    /// @param family the caller's key family
    /// @param account whom the answer belongs to
    /// @param key the header's value
    /// @param request what a repeat must equal: method, path and body
    /// @param patience how long to wait for a twin
    public Outcome begin(long family, long account, String key, byte[] request, Duration patience) {
        if (key.isBlank() || key.length() > LONGEST_KEY) {
            return new Outcome.Refused(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    "Idempotency-Key",
                    "`Idempotency-Key` must have 1 to " + LONGEST_KEY + " characters."));
        }
        byte[] keyHash = hash(key.getBytes(StandardCharsets.UTF_8));
        byte[] requestHash = hash(request);
        long id = ids.next();
        long deadline = System.nanoTime() + patience.toNanos();
        while (!store.claim(family, keyHash, account, requestHash, id, KEPT)) {
            IdempotencyStore.Row row = store.find(family, keyHash);
            Outcome known = row == null ? null : judge(row, requestHash);
            if (known != null) {
                return known;
            }
            if (System.nanoTime() > deadline || !sleep()) {
                return new Outcome.Refused(Problem.retry(
                        ErrorCode.NO_CAPACITY,
                        "The same request is still being done; ask again for its answer.",
                        Duration.ofSeconds(5)));
            }
        }
        running.add(id);
        return new Outcome.Claimed(new Claim(id));
    }

    /// The whole of it for blocking code: the work's answer, or the one that was kept.
    ///
    /// @param kept how long the answer is kept
    /// @throws ProblemException when the request is refused; what the work throws is passed on, and frees the claim
    public Answer once(long family, long account, String key, byte[] request, Duration kept, Supplier<Answer> work) {
        return switch (begin(family, account, key, request, Duration.ofSeconds(30))) {
            case Outcome.Replayed replayed -> replayed.answer();
            case Outcome.Refused refused -> throw new ProblemException(refused.problem());
            case Outcome.Claimed claimed -> {
                Answer answer;
                try {
                    answer = work.get();
                } catch (RuntimeException e) {
                    claimed.claim().release();
                    throw e;
                }
                claimed.claim().keep(answer, kept);
                yield answer;
            }
        };
    }

    private @Nullable Outcome judge(IdempotencyStore.Row row, byte[] requestHash) {
        if (!MessageDigest.isEqual(row.requestHash(), requestHash)) {
            return new Outcome.Refused(Problem.of(
                    ErrorCode.IDEMPOTENCY_KEY_REUSED,
                    "This `Idempotency-Key` was used with a different request; use a new one."));
        }
        if (row.status() == 0) {
            return null;
        }
        if (row.answer() == null) {
            return new Outcome.Refused(Problem.of(
                    ErrorCode.IDEMPOTENCY_REPLAY_UNAVAILABLE,
                    "This request was done before, and its answer was not kept; do not repeat it."));
        }
        try (Secret answer = box.open(row.answer(), "idempotency", row.claim(), "answer")) {
            return new Outcome.Replayed(new Answer(row.status(), row.contentType(), answer.reveal()));
        }
    }

    @Scheduled(every = "20s", identity = "idempotency-renew")
    void renew() {
        if (!running.isEmpty()) {
            store.renew(running);
        }
    }

    @Scheduled(every = "10m", identity = "idempotency-purge")
    void purge() {
        store.purge();
    }

    private static boolean sleep() {
        try {
            Thread.sleep(POLL);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
