package ai.doubleword.accounts;

import ai.doubleword.limits.Rates;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.postgresql.util.PSQLException;

/// Users, organizations, members and accounts. Blocking, thread-safe; every method is one transaction. Who may
/// call what is for the resources to decide.

@Singleton
public final class Accounts {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");
    private static final String UNIQUE_VIOLATION = "23505";

    private final Database database;
    private final Ids ids;
    private final List<MemberLeft> departures;
    private final AuditTrail audit;

    Accounts(Database database, Ids ids, @All List<MemberLeft> departures, AuditTrail audit) {
        this.database = database;
        this.ids = ids;
        this.departures = departures;
        this.audit = audit;
    }

    /// Makes a user, not yet claimed, with a personal account.
    ///
    /// @throws ProblemException `conflict` if name or address is taken
    public User createUser(String username, String email, UserRole role) {
        requireText("username", username, 64);
        requireText("email", email, 254);
        return unlessTaken(
                username + " or " + email,
                () -> database.engine().inTransaction(handle -> insert(handle, username, email, role)));
    }

    /// Makes a user who is claimed already, in the transaction that gives the reason.
    User createClaimed(Handle transaction, String username, String email, String passwordHash) {
        User made = insert(transaction, username, email, UserRole.USER);
        AccountStore.claimUser(transaction, made.id(), email, passwordHash);
        return AccountStore.user(transaction, made.id()).orElseThrow();
    }

    /// Makes a user in the transaction that gives the reason.
    User createUser(Handle transaction, String username, String email) {
        return insert(transaction, username, email, UserRole.USER);
    }

    private User insert(Handle handle, String username, String email, UserRole role) {
        long account = ids.next();
        long user = ids.next();
        AccountStore.insertAccount(handle, account, false, username);
        AccountStore.insertUser(handle, user, account, username, email, role);
        audit.record(handle, event("user.created", account, user).to(Map.of("role", role.wire())));
        return AccountStore.user(handle, user).orElseThrow();
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
                    audit.record(handle, event("user.claimed", 0, user));
                    return AccountStore.user(handle, user).orElseThrow();
                }));
    }

    public Optional<User> user(long id) {
        return database.engine().withHandle(handle -> AccountStore.user(handle, id));
    }

    public Optional<User> userByEmail(String email) {
        return database.engine().withHandle(handle -> AccountStore.userByEmail(handle, email));
    }

    public Optional<User> userByUsername(String username) {
        return database.engine().withHandle(handle -> AccountStore.userByUsername(handle, username));
    }

    /// The administrator as whom the local operator acts: the first one made that is not disabled.
    public Optional<User> firstAdministrator() {
        return database.engine().withHandle(AccountStore::firstAdministrator);
    }

    /// Refuses a user and every key that the user made, and ends sessions and links; or lets the user in again, whose
    /// keys then work again.
    ///
    /// @throws ProblemException `conflict` for the last administrator
    public void setDisabled(long user, boolean disabled) {
        database.engine().useTransaction(handle -> {
            if (disabled) {
                requireAnotherAdministrator(handle, user);
            }
            require(AccountStore.setDisabled(handle, user, disabled), "user");
            if (disabled) {
                ErasureStore.deleteSessions(handle, user);
                ErasureStore.deleteLinks(handle, user);
            }
            audit.record(handle, event(disabled ? "user.disabled" : "user.enabled", 0, user));
        });
    }

    /// @throws ProblemException `conflict` if this would leave the platform without an administrator
    public void setRole(long user, UserRole role) {
        database.engine().useTransaction(handle -> {
            Optional<User> before = AccountStore.user(handle, user);
            if (role != UserRole.ADMINISTRATOR) {
                requireAnotherAdministrator(handle, user);
            }
            require(AccountStore.setRole(handle, user, role), "user");
            audit.record(
                    handle,
                    event("user.role_changed", 0, user)
                            .from(Map.of("role", before.orElseThrow().role().wire()))
                            .to(Map.of("role", role.wire())));
        });
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
                    audit.record(
                            handle,
                            AuditEvent.of(
                                            "organization.created",
                                            account,
                                            Ids.format(Organization.PREFIX, organization))
                                    .to(Map.of("slug", slug, "name", name)));
                    return new Organization(organization, account, slug, name);
                }));
    }

    public Optional<Organization> organization(long id) {
        return database.engine().withHandle(handle -> AccountStore.organization(handle, id));
    }

    public Optional<Organization> organizationBySlug(String slug) {
        return database.engine().withHandle(handle -> AccountStore.organizationBySlug(handle, slug));
    }

    /// The user whose personal account this is; nothing for an organization's.
    public Optional<User> userOfAccount(long account) {
        return database.engine().withHandle(handle -> AccountStore.userOfAccount(handle, account));
    }

    /// The organization whose account this is; nothing for a personal account.
    public Optional<Organization> organizationOfAccount(long account) {
        return database.engine().withHandle(handle -> AccountStore.organizationOfAccount(handle, account));
    }

    /// The id of the deleted organization whose account this is; nothing for every other account.
    Optional<Long> deletedOrganization(long account) {
        return database.engine().withHandle(handle -> OrganizationEndStore.find(handle, account));
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
            Optional<Membership> before = AccountStore.membership(handle, organization, user);
            AccountStore.putMember(handle, organization, user, role, manageKeys);
            Membership now = AccountStore.membership(handle, organization, user).orElseThrow();
            audit.record(
                    handle,
                    event(
                                    before.isEmpty() ? "member.added" : "member.changed",
                                    now.organization().account(),
                                    user)
                            .from(before.map(Accounts::terms).orElse(Map.of()))
                            .to(terms(now)));
        });
    }

    /// Makes a user a member, in the transaction that gives the reason.
    ///
    /// @throws ProblemException `conflict` for who is one already: joining never changes a role
    void join(Handle transaction, Organization organization, long user, MemberRole role, boolean manageKeys) {
        if (AccountStore.membership(transaction, organization.id(), user).isPresent()) {
            throw new ProblemException(ErrorCode.CONFLICT, "This user is a member already.");
        }
        AccountStore.putMember(transaction, organization.id(), user, role, manageKeys);
        audit.record(
                transaction,
                event("member.added", organization.account(), user)
                        .to(terms(new Membership(organization, role, manageKeys))));
    }

    /// The members of an organization, by name.
    public List<Member> members(Organization organization) {
        return database.engine().withHandle(handle -> OrganizationStore.members(handle, organization.id()));
    }

    /// What an organization's owners settled about it.
    public OrganizationTerms terms(Organization organization) {
        return database.engine().withHandle(handle -> OrganizationStore.terms(handle, organization.id()));
    }

    /// Sets name and terms of an organization.
    ///
    /// @param organization with the name that it shall have
    public void describe(Organization organization, OrganizationTerms terms) {
        requireText("name", organization.name(), 128);
        database.engine().useTransaction(handle -> {
            OrganizationTerms before = OrganizationStore.terms(handle, organization.id());
            OrganizationStore.describe(handle, organization.id(), organization.name(), terms);
            AccountStore.rename(handle, organization.account(), organization.name());
            audit.record(
                    handle,
                    AuditEvent.of(
                                    "organization.changed",
                                    organization.account(),
                                    Ids.format(Organization.PREFIX, organization.id()))
                            .from(Map.of("visibility", before.visibility()))
                            .to(Map.of("name", organization.name(), "visibility", terms.visibility())));
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
            audit.record(handle, event("member.removed", left.account(), user));
        });
    }

    /// The organizations of a user, by name.
    public List<Membership> memberships(long user) {
        return database.engine().withHandle(handle -> AccountStore.memberships(handle, user));
    }

    /// What people call an account and users, looked up at once; nothing if there is no such account.
    public Optional<OwnerNames> names(long account, Set<Long> users) {
        return database.engine().withHandle(handle -> AccountStore.names(handle, account, users));
    }

    public Optional<Account> account(long id) {
        return database.engine().withHandle(handle -> AccountStore.account(handle, id));
    }

    /// Limits an account over all of its keys; reaches running nodes like a change of a key, within a second.
    public void setRates(long account, Rates rates) {
        database.engine().useTransaction(handle -> {
            Optional<Account> before = AccountStore.account(handle, account);
            require(AccountStore.setRates(handle, account, rates), "account");
            audit.record(
                    handle,
                    AuditEvent.of("account.limited", account, "")
                            .from(Map.of("limits", before.orElseThrow().rates()))
                            .to(Map.of("limits", rates)));
        });
    }

    /// Makes these the groups of an account; groups that do not exist yet are made.
    public void setGroups(long account, Set<String> groups) {
        groups.forEach(group -> requireText("groups", group, 64));
        database.engine().useTransaction(handle -> {
            groups.stream().sorted().forEach(group -> AccountStore.ensureGroup(handle, ids.next(), group));
            AccountStore.leaveGroupsExcept(handle, account, groups);
            AccountStore.joinGroups(handle, account, groups);
            audit.record(handle, AuditEvent.of("account.grouped", account, "").to(Map.of("groups", groups)));
        });
    }

    /// Puts an account into a group that exists, or takes it out.
    public void setInGroup(long account, String group, boolean in) {
        database.engine().useTransaction(handle -> {
            if (in) {
                AccountStore.joinGroups(handle, account, Set.of(group));
            } else {
                AccountStore.leaveGroup(handle, account, group);
            }
            Account now = AccountStore.account(handle, account)
                    .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such account."));
            audit.record(handle, AuditEvent.of("account.grouped", account, "").to(Map.of("groups", now.groups())));
        });
    }

    /// Lets an account into groups and out of others, in the transaction that gives the reason.
    ///
    /// @return what to write down; nothing if nothing changed
    Optional<AuditEvent> changeGroups(Handle transaction, long account, Set<String> in, Set<String> out) {
        Set<String> before =
                AccountStore.account(transaction, account).orElseThrow().groups();
        Set<String> after = new HashSet<>(before);
        after.addAll(in);
        after.removeAll(out);
        if (after.equals(before)) {
            return Optional.empty();
        }
        in.forEach(group -> AccountStore.ensureGroup(transaction, ids.next(), group));
        AccountStore.leaveGroupsExcept(transaction, account, after);
        AccountStore.joinGroups(transaction, account, after);
        return Optional.of(AuditEvent.of("account.grouped", account, "").to(Map.of("groups", after)));
    }

    /// Gives a user a role in an organization, in the transaction that gives the reason. The last owner stays one.
    ///
    /// @return what to write down; nothing if nothing changed
    static Optional<AuditEvent> place(Handle transaction, Organization organization, long user, MemberRole role) {
        Optional<Membership> before = AccountStore.membership(transaction, organization.id(), user);
        boolean same = before.map(Membership::role).filter(role::equals).isPresent();
        if (same
                || (role != MemberRole.OWNER
                        && AccountStore.lockOwners(transaction, organization.id())
                                .equals(List.of(user)))) {
            return Optional.empty();
        }
        boolean manageKeys = before.map(Membership::manageKeys).orElse(role != MemberRole.MEMBER);
        AccountStore.putMember(transaction, organization.id(), user, role, manageKeys);
        return Optional.of(event(before.isEmpty() ? "member.added" : "member.changed", organization.account(), user)
                .from(before.map(Accounts::terms).orElse(Map.of()))
                .to(terms(new Membership(organization, role, manageKeys))));
    }

    static <T> T unlessTaken(String what, java.util.function.Supplier<T> work) {
        try {
            return work.get();
        } catch (UnableToExecuteStatementException e) {
            if (e.getCause() instanceof PSQLException cause && UNIQUE_VIOLATION.equals(cause.getSQLState())) {
                throw new ProblemException(ErrorCode.CONFLICT, what + " is taken already.");
            }
            throw e;
        }
    }

    /// @throws ProblemException `conflict` for the last administrator
    static void requireAnotherAdministrator(Handle handle, long user) {
        if (AccountStore.lockAdministrators(handle).equals(List.of(user))) {
            throw new ProblemException(ErrorCode.CONFLICT, "This is the last administrator: make another one first.");
        }
    }

    private static AuditEvent event(String kind, long account, long user) {
        return AuditEvent.of(kind, account, Ids.format(User.PREFIX, user));
    }

    private static Map<String, ?> terms(Membership membership) {
        return Map.of("role", membership.role().wire(), "manage_keys", membership.manageKeys());
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
