package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.RandomToken;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Letting a program in that has no browser of its own (RFC 8628): it shows a short code, a signed-in user types
/// the code and decides, the program asks now and then whether that has happened. Of both codes only hashes are
/// kept (S-02). Blocking, thread-safe.
@Singleton
final class DeviceLogins {
    /// How long a user has.
    static final Duration LIFETIME = Duration.ofMinutes(10);

    /// How long a program waits between two questions at first, and how much longer each time it did not.
    static final Duration PAUSE = Duration.ofSeconds(5);

    /// How long a program is told that it came too late.
    private static final Duration MEMORY = Duration.ofHours(1);

    private final Database database;
    private final Ids ids;
    private final SecureRandom random;
    private final Clock clock;
    private final AuditTrail audit;

    DeviceLogins(Database database, Ids ids, SecureRandom random, Clock clock, AuditTrail audit) {
        this.database = database;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
        this.audit = audit;
    }

    /// A login just begun.
    ///
    /// @param deviceCode for the program, which never shows it
    /// @param userCode for the user, as it is shown
    record Begun(Secret deviceCode, String userCode) {}

    /// What a program hears when it asks.
    sealed interface Answer {
        /// The user has not decided.
        record Pending() implements Answer {}

        /// It did not wait long enough.
        record TooFast() implements Answer {}

        /// The user said no.
        record Denied() implements Answer {}

        /// Nobody decided in time.
        record Expired() implements Answer {}

        /// There is no such login, or its keys were handed out already.
        record Unknown() implements Answer {}

        /// The user said yes: this answer comes once.
        record Approved(DeviceLogin login) implements Answer {}
    }

    /// @param device what the device calls itself
    /// @param address where it asks from
    Begun begin(String device, String address) {
        Instant now = clock.instant();
        Secret deviceCode = RandomToken.make(random);
        String userCode = UserCode.make(random);
        DeviceLogin login =
                new DeviceLogin(ids.next(), device, address, PAUSE, null, null, 0, 0, false, now, now.plus(LIFETIME));
        database.engine().useTransaction(handle -> {
            DeviceLoginStore.deleteExpiredBefore(handle, now.minus(MEMORY));
            DeviceLoginStore.insert(handle, login, RandomToken.hash(deviceCode.revealText()), hash(userCode));
        });
        return new Begun(deviceCode, UserCode.shown(userCode));
    }

    /// The login that waits for this code.
    ///
    /// @param code as [UserCode#read] gave it
    Optional<DeviceLogin> waiting(String code) {
        return database.engine().withHandle(handle -> DeviceLoginStore.waiting(handle, hash(code), clock.instant()));
    }

    /// Writes down what a user said.
    ///
    /// @param account in which the keys shall be; null for no
    /// @throws ProblemException `not_found` if nothing waits for this code any more
    DeviceLogin decide(String code, long user, @Nullable Long account) {
        return database.engine().inTransaction(handle -> {
            DeviceLogin login = DeviceLoginStore.decide(
                            handle, hash(code), account != null, user, account, clock.instant())
                    .orElseThrow(() -> new ProblemException(
                            ErrorCode.NOT_FOUND, "No device waits for this code any more. Start again there."));
            audit.record(
                    handle,
                    AuditEvent.of(
                                    account == null ? "device.denied" : "device.approved",
                                    login.account(),
                                    Ids.format(Caller.Credential.Device.PREFIX, login.id()))
                            .to(Map.of("device", login.device())));
            return login;
        });
    }

    /// What a program hears that asks now.
    Answer ask(String deviceCode) {
        Instant now = clock.instant();
        return database.engine().inTransaction(handle -> {
            Optional<DeviceLogin> found = DeviceLoginStore.lock(handle, RandomToken.hash(deviceCode));
            if (found.isEmpty() || found.get().collected()) {
                return new Answer.Unknown();
            }
            DeviceLogin login = found.get();
            if (!login.expires().isAfter(now)) {
                return new Answer.Expired();
            }
            if (login.approved() == null) {
                boolean tooFast =
                        login.polled() != null && now.isBefore(login.polled().plus(login.pause()));
                DeviceLoginStore.polled(
                        handle, login.id(), tooFast ? login.pause().plus(PAUSE) : login.pause(), now);
                return tooFast ? new Answer.TooFast() : new Answer.Pending();
            }
            if (!login.approved()) {
                return new Answer.Denied();
            }
            DeviceLoginStore.collected(handle, login.id(), now);
            return new Answer.Approved(login);
        });
    }

    private static byte[] hash(String userCode) {
        return RandomToken.hash("user-code:" + userCode);
    }
}
