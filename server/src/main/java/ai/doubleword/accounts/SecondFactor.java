package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// What a user has besides the password: an authenticator app, and recovery codes for the day it is lost. The
/// app's secret is sealed (S-08); a code works once. Blocking, thread-safe.
@Singleton
final class SecondFactor {
    private static final String TABLE = "totp";
    private static final String COLUMN = "secret";

    private final Database database;
    private final SecretBox box;
    private final SecureRandom random;
    private final Clock clock;
    private final Outbox outbox;
    private final AuditTrail audit;

    SecondFactor(Database database, SecretBox box, SecureRandom random, Clock clock, Outbox outbox, AuditTrail audit) {
        this.database = database;
        this.box = box;
        this.random = random;
        this.clock = clock;
        this.outbox = outbox;
        this.audit = audit;
    }

    /// How a user stands.
    ///
    /// @param on whether a code is asked for at sign-in
    /// @param begun whether an app was shown its secret, and none is confirmed yet
    record State(boolean on, boolean begun, int codesLeft) {}

    State state(long user) {
        return database.engine().withHandle(handle -> {
            Optional<SecondFactorStore.App> app = SecondFactorStore.app(handle, user);
            boolean on = app.isPresent() && app.get().confirmed();
            return new State(on, app.isPresent() && !on, SecondFactorStore.codesLeft(handle, user));
        });
    }

    int codesLeft(Handle handle, long user) {
        return SecondFactorStore.codesLeft(handle, user);
    }

    boolean isOn(Handle handle, long user) {
        return SecondFactorStore.app(handle, user)
                .filter(SecondFactorStore.App::confirmed)
                .isPresent();
    }

    /// Makes a secret for an app; nothing is asked for until [#confirm].
    ///
    /// @throws ProblemException `conflict` for a user who has an app
    void begin(long user) {
        byte[] secret = new byte[Totp.SECRET_BYTES];
        random.nextBytes(secret);
        try (Secret plain = Secret.of(secret)) {
            byte[] sealed = box.seal(plain, TABLE, user, COLUMN);
            database.engine().useTransaction(handle -> {
                if (SecondFactorStore.begin(handle, user, sealed, clock.instant()) == 0) {
                    throw new ProblemException(
                            ErrorCode.CONFLICT, "Two-factor sign-in is on: turn it off to use another app.");
                }
            });
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /// The secret of an app that is not confirmed, in the form that is typed; nothing once it is.
    Optional<Secret> pending(long user) {
        return database.engine()
                .withHandle(handle -> SecondFactorStore.app(handle, user))
                .filter(app -> !app.confirmed())
                .map(app -> {
                    byte[] secret = open(app, user);
                    try {
                        return Secret.of(Totp.base32(secret));
                    } finally {
                        Arrays.fill(secret, (byte) 0);
                    }
                });
    }

    /// Turns it on, by a code of the app.
    ///
    /// @return recovery codes, which nobody can see again
    /// @throws ProblemException `invalid_value` for a wrong code, `conflict` if nothing was begun
    List<String> confirm(User user, String code) {
        return database.engine().inTransaction(handle -> {
            SecondFactorStore.App app = SecondFactorStore.app(handle, user.id())
                    .filter(pending -> !pending.confirmed())
                    .orElseThrow(() -> new ProblemException(ErrorCode.CONFLICT, "There is no app to confirm."));
            if (!useStep(handle, user.id(), app, digits(code))
                    || SecondFactorStore.confirm(handle, user.id(), clock.instant()) == 0) {
                throw new ProblemException(Problem.ofParam(
                        ErrorCode.INVALID_VALUE,
                        "code",
                        "This is not the code of now. Check the clock of your device, and take the next one."));
            }
            List<String> codes = replaceCodes(handle, user.id());
            outbox.put(handle, Letters.notice(user, "Two-factor sign-in was turned on"));
            audit.record(handle, event("two_factor.on", user));
            return codes;
        });
    }

    /// Makes other recovery codes; those before stop working.
    List<String> renewCodes(User user) {
        return database.engine().inTransaction(handle -> {
            if (!isOn(handle, user.id())) {
                throw new ProblemException(ErrorCode.CONFLICT, "Two-factor sign-in is off.");
            }
            List<String> codes = replaceCodes(handle, user.id());
            outbox.put(handle, Letters.notice(user, "Your recovery codes were replaced"));
            audit.record(handle, event("two_factor.codes_replaced", user));
            return codes;
        });
    }

    /// Turns it off.
    void turnOff(User user) {
        database.engine().useTransaction(handle -> {
            if (remove(handle, user.id())) {
                outbox.put(handle, Letters.notice(user, "Two-factor sign-in was turned off"));
                audit.record(handle, event("two_factor.off", user));
            }
        });
    }

    /// Forgets a user's app and codes, in the transaction that gives the reason.
    ///
    /// @return whether there was an app
    boolean remove(Handle transaction, long user) {
        SecondFactorStore.deleteCodes(transaction, user);
        SecondFactorStore.deleteHalvesOf(transaction, user);
        return SecondFactorStore.delete(transaction, user) > 0;
    }

    /// Whether a code of the app, or a recovery code, is right. It is used up then.
    boolean prove(Handle transaction, User user, String code) {
        return digits(code).length() == Totp.DIGITS
                ? proveByApp(transaction, user, code)
                : proveByRecoveryCode(transaction, user, code);
    }

    /// Whether a code of the app is right. It is used up then.
    boolean proveByApp(Handle transaction, User user, String code) {
        boolean right = SecondFactorStore.app(transaction, user.id())
                .filter(SecondFactorStore.App::confirmed)
                .filter(app -> useStep(transaction, user.id(), app, digits(code)))
                .isPresent();
        return right || refused(transaction, user);
    }

    private boolean proveByRecoveryCode(Handle handle, User user, String code) {
        if (SecondFactorStore.useCode(handle, user.id(), RecoveryCodes.hash(code), clock.instant()) == 0) {
            return refused(handle, user);
        }
        int left = SecondFactorStore.codesLeft(handle, user.id());
        outbox.put(handle, Letters.notice(user, "A recovery code signed you in; " + left + " are left"));
        audit.record(handle, event("two_factor.code_used", user).by(user.id()));
        return true;
    }

    private boolean refused(Handle handle, User user) {
        audit.record(handle, event("sign_in.refused", user).to(Map.of("factor", "second")));
        return false;
    }

    private boolean useStep(Handle handle, long user, SecondFactorStore.App app, String code) {
        byte[] secret = open(app, user);
        try {
            Instant now = clock.instant();
            OptionalLong step = Totp.match(secret, code, now, app.lastStep());
            return step.isPresent() && SecondFactorStore.use(handle, user, step.getAsLong()) == 1;
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private byte[] open(SecondFactorStore.App app, long user) {
        try (Secret secret = box.open(app.secret(), TABLE, user, COLUMN)) {
            return secret.reveal();
        }
    }

    private List<String> replaceCodes(Handle handle, long user) {
        List<String> codes = RecoveryCodes.make(random);
        SecondFactorStore.deleteCodes(handle, user);
        SecondFactorStore.insertCodes(
                handle, user, codes.stream().map(RecoveryCodes::hash).toList());
        return codes;
    }

    /// The digits of a code that was typed with spaces; nothing of one that has letters.
    private static String digits(String code) {
        String bare = code.replaceAll("\\s", "");
        return bare.chars().allMatch(c -> c >= '0' && c <= '9') ? bare : "";
    }

    private static AuditEvent event(String kind, User user) {
        return AuditEvent.of(kind, 0, Ids.format(User.PREFIX, user.id()));
    }
}
