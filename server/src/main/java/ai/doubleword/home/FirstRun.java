package ai.doubleword.home;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.AdminLinks;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.IssuedKey;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.platform.DatabaseConfig;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Installation;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The administrator that every start finds or makes, not yet claimed, with a personal account; and what the first
/// server of an installation may print: a link for that administrator and a key of that account.
@Singleton
final class FirstRun {
    private final Accounts accounts;
    private final AdminLinks links;
    private final Keys keys;
    private final Installation installation;
    private final FirstRunConfig config;
    private final boolean ownDatabase;

    FirstRun(
            Accounts accounts,
            AdminLinks links,
            Keys keys,
            Installation installation,
            FirstRunConfig config,
            DatabaseConfig databaseConfig) {
        this.accounts = accounts;
        this.links = links;
        this.keys = keys;
        this.installation = installation;
        this.config = config;
        this.ownDatabase = databaseConfig.url().isPresent();
    }

    /// Who may come in now, with the secrets that are shown this once.
    ///
    /// @param claimed whether the administrator has set address and password
    /// @param link the token of the administrator's link; null unless this is the first start and it may be printed
    /// @param key an inference key of the administrator's account; null as `link`
    record Arrival(
            boolean claimed,
            @Nullable Secret link,
            @Nullable Secret key) {}

    /// Commands act as the administrator too, so one must be there before anything is served.
    void start(@Observes StartupEvent event) {
        if (accounts.firstAdministrator().isEmpty()) {
            try {
                accounts.createUser("admin", config.adminEmail().orElse("admin@localhost"), UserRole.ADMINISTRATOR);
            } catch (ProblemException e) {
                // Another node made it between our look and our insert.
                if (e.problem().code() != ErrorCode.CONFLICT) {
                    throw e;
                }
            }
        }
    }

    Arrival arrive() {
        User administrator = accounts.firstAdministrator().orElseThrow();
        if (!installation.welcome() || administrator.claimed() || ownDatabase || !config.printSecrets()) {
            return new Arrival(administrator.claimed(), null, null);
        }
        IssuedKey key = keys.issue(
                administrator.account(), administrator.id(), KeyType.INFERENCE, KeyTerms.named("first key"), Set.of());
        return new Arrival(false, links.create(administrator.id()), key.text());
    }
}
