package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;

/// The keys that a signed-in user may have work run as, in the account of the page: the own ones that call models, and
/// that of the console. Blocking, thread-safe.
@Singleton
public final class CallerKeys {
    private static final int MOST = 100;

    private final Database database;
    private final PlaygroundKeys console;
    private final Clock clock;

    CallerKeys(Database database, PlaygroundKeys console, Clock clock) {
        this.database = database;
        this.console = console;
        this.clock = clock;
    }

    /// The own keys that work, the newest first.
    public List<ApiKey> own(Caller caller) {
        KeyQuery working =
                new KeyQuery("", KeyQuery.State.WORKING, KeyQuery.Sort.CREATED, true, "", MOST, caller.user());
        return database
                .inAccount(
                        caller.account(),
                        handle -> KeyListStore.page(handle, caller.account(), working, clock.instant()))
                .stream()
                .filter(key -> key.type() == KeyType.INFERENCE && !key.unopened())
                .toList();
    }

    /// As whom work runs.
    ///
    /// @param id public id of one of the own keys; empty for that of the console, made if need be
    /// @param client where the user is, for the key's address ranges
    /// @throws ProblemException `not_found` if it is no own key, `permission_denied` if the user may make none, and
    /// what a call with the key would be refused with
    public Principal principal(Caller caller, String id, InetAddress client) {
        if (id.isEmpty()) {
            if (!caller.may("keys")) {
                throw new ProblemException(
                        ErrorCode.PERMISSION_DENIED,
                        "Choose one of your keys to run this as: your role here may not make another.");
            }
            return console.principal(caller, client);
        }
        if (own(caller).stream().noneMatch(key -> key.id().equals(id))) {
            throw new ProblemException(ErrorCode.NOT_FOUND, "This is none of your keys that work here.");
        }
        return console.standing(id, client);
    }
}
