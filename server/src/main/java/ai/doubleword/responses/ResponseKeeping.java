package ai.doubleword.responses;

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
import java.util.OptionalInt;
import java.util.stream.Stream;

/// For how long an account wants its responses kept. Templates say `inject:responseKeeping`. Blocks; thread-safe.
@Named("responseKeeping")
@Singleton
public final class ResponseKeeping {
    private static final List<Integer> USUAL = List.of(1, 7, 30, 90, 365);

    /// As the table says.
    private static final int MOST = 3650;

    private final Database database;
    private final ResponsesConfig config;
    private final CurrentCaller current;
    private final AuditTrail audit;

    @Inject
    ResponseKeeping(Database database, ResponsesConfig config, CurrentCaller current, AuditTrail audit) {
        this.database = database;
        this.config = config;
        this.current = current;
        this.audit = audit;
    }

    /// The numbers of days that a form offers: no more than the operator allows, and what is chosen now.
    public List<Integer> choices() {
        return Stream.concat(
                        USUAL.stream().filter(days -> days <= longest()),
                        own().stream().boxed())
                .sorted()
                .distinct()
                .toList();
    }

    /// How many days the account of the request under way keeps responses, at least one.
    public int days() {
        return own().orElse(otherwise());
    }

    /// What the account of the request under way chose; 0 for nothing, so that it is as the operator says.
    public int chosen() {
        return own().orElse(0);
    }

    /// How many days they are kept where an account chose nothing.
    public int otherwise() {
        return (int) Math.max(1, config.retention().toDays());
    }

    /// The most days that an account may choose.
    public int longest() {
        return Math.clamp(config.longestRetention().toDays(), 1, MOST);
    }

    private OptionalInt own() {
        long account = current.get().account();
        return database.engine().withHandle(handle -> ResponseStore.days(handle, account));
    }

    /// Sets it for the account of the request under way, for what is stored already too: what is older is gone at once
    /// where it was answered while its client waited, within the hour where it was made in the background.
    ///
    /// @param days from 1; 0 for as many as the operator says
    void set(int days) {
        if (days < 0 || days > longest()) {
            throw FormFields.invalid("days", "days is at least 1 and at most " + longest() + ".");
        }
        long account = current.get().account();
        database.engine().useTransaction(handle -> {
            int before = ResponseStore.days(handle, account).orElse(0);
            ResponseStore.setDays(handle, account, days);
            int more = (days == 0 ? otherwise() : days) - (before == 0 ? otherwise() : before);
            if (more != 0) {
                ResponseStore.shift(handle, account, more);
            }
            audit.record(
                    handle,
                    AuditEvent.of("account.responses", account, "")
                            .from(Map.of("days", before))
                            .to(Map.of("days", days)));
        });
    }
}
