package ai.doubleword.payloads;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.FormFields;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// For how long an account wants kept what its requests hold. Templates say `inject:payloadKeeping`. Blocks;
/// thread-safe.
@Named("payloadKeeping")
@Singleton
public final class PayloadKeeping {
    private static final List<Integer> CHOICES = List.of(0, 1, 7, 30, 90);

    private final Database database;
    private final Payloads payloads;
    private final CurrentCaller current;
    private final AuditTrail audit;

    @Inject
    PayloadKeeping(Database database, Payloads payloads, CurrentCaller current, AuditTrail audit) {
        this.database = database;
        this.payloads = payloads;
        this.current = current;
        this.audit = audit;
    }

    /// The numbers of days that can be chosen; 0 keeps nothing.
    public List<Integer> choices() {
        return CHOICES;
    }

    /// How many days the account of the request under way keeps them.
    public int days() {
        long account = current.get().account();
        return database.engine().withHandle(handle -> PayloadStore.days(handle, account));
    }

    /// Sets it for the account of the request under way. What is older, or all for 0, cannot be read from now on,
    /// and is removed within minutes.
    void set(int days) {
        if (!CHOICES.contains(days)) {
            throw FormFields.invalid("days", "days is one of 0, 1, 7, 30, 90.");
        }
        long account = current.get().account();
        database.engine().useTransaction(handle -> {
            int before = PayloadStore.days(handle, account);
            PayloadStore.setDays(handle, account, days);
            audit.record(
                    handle,
                    AuditEvent.of("account.payloads", account, "")
                            .from(Map.of("days", before))
                            .to(Map.of("days", days)));
        });
        payloads.look();
    }
}
