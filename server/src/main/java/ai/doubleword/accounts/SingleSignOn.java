package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/// Turns what an issuer says of somebody into a user who is signed in. An identity belongs to one user for good; it is
/// linked once, by an address that the issuer has verified. Blocking, thread-safe.
@Singleton
final class SingleSignOn {
    private static final Logger LOG = Logger.getLogger(SingleSignOn.class);

    private final Database database;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Clock clock;
    private final AuditTrail audit;

    SingleSignOn(Database database, Accounts accounts, Sessions sessions, Clock clock, AuditTrail audit) {
        this.database = database;
        this.accounts = accounts;
        this.sessions = sessions;
        this.clock = clock;
        this.audit = audit;
    }

    /// Who somebody is here.
    sealed interface Match {
        /// A user whose identity was linked before.
        record Known(long user) implements Match {}

        /// A user with the address, to be linked now.
        record ByAddress(long user, String email) implements Match {}

        /// Nobody yet: a user is made.
        record New(String email) implements Match {}

        /// Nobody, and nobody is made.
        ///
        /// @param because a sentence for who wants to come in
        record None(String because) implements Match {}
    }

    /// Who somebody would be here; changes nothing.
    Match match(OidcConfig.Issuer issuer, OidcClaims claims) {
        return database.engine().withHandle(handle -> match(handle, issuer, claims));
    }

    /// Signs somebody in, with a user made or linked if need be, and with what the rules give.
    ///
    /// @throws ProblemException `sign_in_refused` says why not
    Sessions.Opened signIn(OidcConfig.Issuer issuer, OidcClaims claims, Sessions.Place place) {
        return Accounts.unlessTaken(
                "This address",
                () -> database.engine().inTransaction(handle -> {
                    List<AuditEvent> events = new ArrayList<>();
                    User user = identify(handle, issuer, claims, events);
                    if (user.disabled()) {
                        throw refused("Your user is disabled. Ask an administrator.");
                    }
                    give(handle, user, new OidcRules(issuer.rules()).apply(claims), events);
                    events.forEach(event -> audit.record(handle, event.by(user.id())));
                    return sessions.open(
                            handle,
                            user.id(),
                            SignInMethod.OIDC,
                            place,
                            claims.signedInAt().orElseGet(clock::instant));
                }));
    }

    private User identify(Handle handle, OidcConfig.Issuer issuer, OidcClaims claims, List<AuditEvent> events) {
        return switch (match(handle, issuer, claims)) {
            case Match.Known(long id) -> {
                IdentityStore.used(handle, issuer.issuer().toString(), claims.subject(), clock.instant());
                yield AccountStore.lock(handle, id).orElseThrow();
            }
            case Match.ByAddress(long id, String email) -> {
                User user = AccountStore.lock(handle, id).orElseThrow();
                // Whoever held the address until now must prove to be the same person.
                ErasureStore.deleteSessions(handle, id);
                yield link(handle, issuer, claims, user, email, events);
            }
            case Match.New(String email) -> {
                User made = accounts.createUser(handle, Newcomers.username(email), email);
                yield link(handle, issuer, claims, made, email, events);
            }
            case Match.None(String because) -> throw refused(because);
        };
    }

    private Match match(Handle handle, OidcConfig.Issuer issuer, OidcClaims claims) {
        Optional<Long> known = IdentityStore.userOf(handle, issuer.issuer().toString(), claims.subject());
        if (known.isPresent()) {
            return new Match.Known(known.get());
        }
        Optional<String> verified = claims.verifiedEmail();
        if (verified.isEmpty()) {
            return new Match.None("The issuer does not say that it has verified your mail address.");
        }
        String email = verified.get();
        if (!isOfDomain(issuer, email)) {
            return new Match.None("Addresses of this domain do not sign in here.");
        }
        Optional<User> user = AccountStore.userByEmail(handle, email);
        if (user.isPresent()) {
            // Somebody else may have taken the address as theirs, and would keep the password of this user.
            return user.get().claimed() && !user.get().verified()
                    ? new Match.None("A user here has your address, but has never confirmed it."
                            + " Sign in as that user, confirm the address under Settings, then come back.")
                    : new Match.ByAddress(user.get().id(), email);
        }
        return issuer.signUp()
                ? new Match.New(Addresses.check(email))
                : new Match.None("Nobody here has your address. Ask an administrator for a user.");
    }

    private static boolean isOfDomain(OidcConfig.Issuer issuer, String email) {
        String domain = email.substring(email.indexOf('@') + 1).toLowerCase(Locale.ROOT);
        return issuer.domains()
                .map(domains -> domains.stream().anyMatch(domain::equalsIgnoreCase))
                .orElse(true);
    }

    private User link(
            Handle handle,
            OidcConfig.Issuer issuer,
            OidcClaims claims,
            User user,
            String email,
            List<AuditEvent> events) {
        String name = issuer.issuer().toString();
        IdentityStore.insert(handle, name, claims.subject(), user.id(), email, clock.instant());
        AccountStore.claimWithoutPassword(handle, user.id());
        AccountStore.setVerified(handle, user.id());
        events.add(AuditEvent.of("identity.linked", 0, Ids.format(User.PREFIX, user.id()))
                .to(Map.of("issuer", name)));
        return user;
    }

    private void give(Handle handle, User user, OidcRules.Given given, List<AuditEvent> events) {
        given.role()
                .filter(role -> role != user.role())
                .ifPresent(role -> changeRole(handle, user, role).ifPresent(events::add));
        accounts.changeGroups(handle, user.account(), given.groups(), given.otherGroups())
                .ifPresent(events::add);
        given.organizations().forEach((slug, role) -> {
            Optional<Organization> organization = AccountStore.organizationBySlug(handle, slug);
            if (organization.isEmpty()) {
                LOG.warnf("A rule of single sign-on names the organization '%s', which does not exist", slug);
            }
            organization
                    .flatMap(found -> Accounts.place(handle, found, user.id(), role))
                    .ifPresent(events::add);
        });
    }

    private static Optional<AuditEvent> changeRole(Handle handle, User user, UserRole role) {
        if (user.role() == UserRole.ADMINISTRATOR
                && AccountStore.lockAdministrators(handle).equals(List.of(user.id()))) {
            LOG.warn("The last administrator keeps the role, whatever the rules of single sign-on say");
            return Optional.empty();
        }
        AccountStore.setRole(handle, user.id(), role);
        return Optional.of(AuditEvent.of("user.role_changed", 0, Ids.format(User.PREFIX, user.id()))
                .from(Map.of("role", user.role().wire()))
                .to(Map.of("role", role.wire())));
    }

    private static ProblemException refused(String because) {
        return new ProblemException(ErrorCode.SIGN_IN_REFUSED, because);
    }
}
