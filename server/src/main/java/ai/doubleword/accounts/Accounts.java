package ai.doubleword.accounts;

import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.postgresql.util.PSQLException;

/// Users, organizations, members and accounts. Blocking, thread-safe; every method is one transaction. Who may
/// call
/// what is for the resources to decide.

@Singleton
public final class Accounts {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");
    private static final String UNIQUE_VIOLATION = "23505";

    private final Database database;
    private final Ids ids;
    private final List<MemberLeft> departures;

    Accounts(Database database, Ids ids, @All List<MemberLeft> departures) {
        this.database = database;
        this.ids = ids;
        this.departures = departures;
    }

    /// Makes a user, not yet claimed, with a personal account.
    ///
    /// @throws ProblemException `conflict` if name or address is taken
    public User createUser(String username, String email, UserRole role) {
        requireText("username", username, 64);
        requireText("email", email, 254);
        return unlessTaken(
                username + " or " + email,
                () -> database.engine().inTransaction(handle -> {
                    long account = ids.next();
                    long user = ids.next();
                    AccountStore.insertAccount(handle, account, false, username);
                    AccountStore.insertUser(handle, user, account, username, email, role);
                    return AccountStore.user(handle, user).orElseThrow();
                }));
    }

    /// Sets the address and password of a user, who thereby is claimed.
    ///
    /// @param passwordHash in the form that says its own algorithm and parameters
    /// @throws ProblemException `conflict` if another user has the address, `not_found` if there is no such user
    public User claim(long user, String email, String passwordHash) {
        requireText("email", email, 254);
        return unlessTaken(
                email,
                () -> database.engine().inTransaction(handle -> {
                    require(AccountStore.claimUser(handle, user, email, passwordHash), "user");
                    return AccountStore.user(handle, user).orElseThrow();
                }));
    }

    public Optional<User> user(long id) {
        return database.engine().withHandle(handle -> AccountStore.user(handle, id));
    }

    public Optional<User> userByEmail(String email) {
        return database.engine().withHandle(handle -> AccountStore.userByEmail(handle, email));
    }

    /// The administrator as whom the local operator acts: the first one made that is not disabled.
    public Optional<User> firstAdministrator() {
        return database.engine().withHandle(AccountStore::firstAdministrator);
    }

    /// Refuses a user and every key that the user made, or lets them in again.
    public void setDisabled(long user, boolean disabled) {
        require(database.engine().withHandle(handle -> AccountStore.setDisabled(handle, user, disabled)), "user");
    }

    public void setRole(long user, UserRole role) {
        require(database.engine().withHandle(handle -> AccountStore.setRole(handle, user, role)), "user");
    }

    /// Makes an organization with its account and its first owner.
    ///
    /// @param slug its name in URLs: lower-case letters, digits and dashes, at most 64
    /// @throws ProblemException `conflict` if the slug is taken, `invalid_value` if it has another form
    public Organization createOrganization(String slug, String name, long owner) {
        if (!SLUG.matcher(slug).matches()) {
            throw invalid("slug", "A slug is 1 to 64 lower-case letters, digits and dashes, not at its ends.");
        }
        requireText("name", name, 128);
        return unlessTaken(
                slug,
                () -> database.engine().inTransaction(handle -> {
                    long account = ids.next();
                    long organization = ids.next();
                    AccountStore.insertAccount(handle, account, true, name);
                    AccountStore.insertOrganization(handle, organization, account, slug, name);
                    AccountStore.putMember(handle, organization, owner, MemberRole.OWNER, true);
                    return new Organization(organization, account, slug, name);
                }));
    }

    public Optional<Organization> organization(long id) {
        return database.engine().withHandle(handle -> AccountStore.organization(handle, id));
    }

    public Optional<Organization> organizationBySlug(String slug) {
        return database.engine().withHandle(handle -> AccountStore.organizationBySlug(handle, slug));
    }

    /// The organization whose account this is; nothing for a personal account.
    public Optional<Organization> organizationOfAccount(long account) {
        return database.engine().withHandle(handle -> AccountStore.organizationOfAccount(handle, account));
    }

    /// Adds a member, or changes role and right of one.
    ///
    /// @throws ProblemException `conflict` if this would leave the organization without an owner
    public void putMember(long organization, long user, MemberRole role, boolean manageKeys) {
        database.engine().useTransaction(handle -> {
            if (role != MemberRole.OWNER
                    && AccountStore.lockOwners(handle, organization).equals(List.of(user))) {
                throw lastOwner();
            }
            AccountStore.putMember(handle, organization, user, role, manageKeys);
        });
    }

    /// Ends a membership, and with it what the member had there (see [MemberLeft]).
    ///
    /// @throws ProblemException `conflict` for the last owner, `not_found` for who is no member
    public void removeMember(long organization, long user) {
        database.engine().useTransaction(handle -> {
            Organization left = AccountStore.organization(handle, organization)
                    .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such organization."));
            if (AccountStore.lockOwners(handle, organization).equals(List.of(user))) {
                throw lastOwner();
            }
            require(AccountStore.deleteMember(handle, organization, user), "member");
            departures.forEach(departure -> departure.left(handle, left.account(), user));
        });
    }

    /// The organizations of a user, by name.
    public List<Membership> memberships(long user) {
        return database.engine().withHandle(handle -> AccountStore.memberships(handle, user));
    }

    public Optional<Account> account(long id) {
        return database.engine().withHandle(handle -> AccountStore.account(handle, id));
    }

    /// Limits an account over all of its keys; reaches running nodes like a change of a key, within a second.
    public void setRates(long account, Rates rates) {
        require(database.engine().withHandle(handle -> AccountStore.setRates(handle, account, rates)), "account");
    }

    /// Makes these the groups of an account; groups that do not exist yet are made.
    public void setGroups(long account, Set<String> groups) {
        groups.forEach(group -> requireText("groups", group, 64));
        database.engine().useTransaction(handle -> {
            groups.stream().sorted().forEach(group -> AccountStore.ensureGroup(handle, ids.next(), group));
            AccountStore.leaveGroupsExcept(handle, account, groups);
            AccountStore.joinGroups(handle, account, groups);
        });
    }

    private static <T> T unlessTaken(String what, java.util.function.Supplier<T> work) {
        try {
            return work.get();
        } catch (UnableToExecuteStatementException e) {
            if (e.getCause() instanceof PSQLException cause && UNIQUE_VIOLATION.equals(cause.getSQLState())) {
                throw new ProblemException(ErrorCode.CONFLICT, what + " is taken already.");
            }
            throw e;
        }
    }

    private static void require(int rows, String what) {
        if (rows == 0) {
            throw new ProblemException(ErrorCode.NOT_FOUND, "There is no such " + what + ".");
        }
    }

    private static void requireText(String param, String text, int longest) {
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(param, param + " must be 1 to " + longest + " characters without control characters.");
        }
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }

    private static ProblemException lastOwner() {
        return new ProblemException(
                ErrorCode.CONFLICT, "The last owner cannot leave or be demoted: make another member an owner first.");
    }
}
