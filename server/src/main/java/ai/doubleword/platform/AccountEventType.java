package ai.doubleword.platform;

import java.util.Arrays;
import java.util.Optional;

/// What can happen in an account that its own programs are told of.
public enum AccountEventType {
    /// Every line of a batch was tried.
    BATCH_COMPLETED("batch.completed", "A batch has run: every request was tried"),
    /// A batch could not start.
    BATCH_FAILED("batch.failed", "A batch could not start"),
    /// The window of a batch ended before its lines did.
    BATCH_EXPIRED("batch.expired", "A batch ran out of time; what was done stays"),
    BATCH_CANCELLED("batch.cancelled", "A batch was cancelled; what was done stays"),
    /// A quarter of a batch is done, a half, or three quarters.
    BATCH_PROGRESS("batch.progress", "A batch is done by 25, 50 or 75 %"),
    RESPONSE_COMPLETED("response.completed", "A background response is ready"),
    RESPONSE_FAILED("response.failed", "A background response failed"),
    /// It ended early, as at the limit of its tokens.
    RESPONSE_INCOMPLETE("response.incomplete", "A background response ended early"),
    RESPONSE_CANCELLED("response.cancelled", "A background response was cancelled"),
    /// A key stops working in 14 days, 3 days, or one.
    KEY_EXPIRING("key.expiring", "An API key expires in 14, 3 or 1 days"),
    /// Somebody asked to see whether events arrive.
    WEBHOOK_TEST("webhook.test", "A test, sent by hand");

    private final String wire;
    private final String meaning;

    AccountEventType(String wire, String meaning) {
        this.wire = wire;
        this.meaning = meaning;
    }

    /// Its name on the wire and in the database.
    public String wire() {
        return wire;
    }

    /// What it means, in a few words for people.
    public String meaning() {
        return meaning;
    }

    /// Whether an endpoint can ask for it: all but the test, which goes to the endpoint that is tested, whatever that
    /// asks for.
    public boolean choosable() {
        return switch (this) {
            case BATCH_COMPLETED,
                    BATCH_FAILED,
                    BATCH_EXPIRED,
                    BATCH_CANCELLED,
                    BATCH_PROGRESS,
                    RESPONSE_COMPLETED,
                    RESPONSE_FAILED,
                    RESPONSE_INCOMPLETE,
                    RESPONSE_CANCELLED,
                    KEY_EXPIRING -> true;
            case WEBHOOK_TEST -> false;
        };
    }

    /// The type with a name; nothing if there is none.
    public static Optional<AccountEventType> of(String wire) {
        return Arrays.stream(values()).filter(type -> type.wire.equals(wire)).findFirst();
    }
}
