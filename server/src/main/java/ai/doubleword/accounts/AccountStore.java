package ai.doubleword.accounts;

import ai.doubleword.limits.Rates;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of users, organizations, members and accounts. Each method is one statement on the caller's handle.
final class AccountStore {
    private static final String USER = """
            SELECT id, account_id, username, email, role, claimed_at IS NOT NULL AS claimed,
                   disabled_at IS NOT NULL AS disabled, verified_at IS NOT NULL AS verified, created_at
              FROM "user"
             WHERE erased_at IS NULL
            """;
    private static final String ORGANIZATION =
            "SELECT id, account_id, slug, name FROM organization WHERE deleted_at IS NULL ";

    private AccountStore() {}

    static void insertAccount(Handle handle, long id, boolean organization, String name) {
        handle.createUpdate("INSERT INTO account (id, kind, name) VALUES (:id, :kind, :name)")
                .bind("id", id)
                .bind("kind", organization ? "organization" : "personal")
                .bind("name", name)
                .execute();
    }

    static void insertUser(Handle handle, long id, long account, String username, String email, UserRole role) {
        handle.createUpdate("""
                        INSERT INTO "user" (id, account_id, username, email, role)
                        VALUES (:id, :account, :username, :email, :role)
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("username", username)
                .bind("email", email)
                .bind("role", role.wire())
                .execute();
    }

    static int claimUser(Handle handle, long id, String email, String passwordHash) {
        return handle.createUpdate("""
                        UPDATE "user" SET email = :email, password = :password, claimed_at = coalesce(claimed_at, now()),
                               verified_at = CASE WHEN lower(email) = lower(:email) THEN verified_at END
                         WHERE id = :id AND erased_at IS NULL
                        """)
                .bind("id", id)
                .bind("email", email)
                .bind("password", passwordHash)
                .execute();
    }

    /// Marks a user as claimed who signs in without a password of ours.
    static void claimWithoutPassword(Handle handle, long id) {
        handle.createUpdate("UPDATE \"user\" SET claimed_at = coalesce(claimed_at, now()) WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    /// Whose password a hash is of.
    record Password(long user, String hash) {}

    /// The password of the user with an address, if that user may sign in and has one.
    static Optional<Password> password(Handle handle, String email) {
        return handle.createQuery("""
                        SELECT id, password FROM "user"
                         WHERE lower(email) = lower(:email) AND password IS NOT NULL AND disabled_at IS NULL
                        """)
                .bind("email", email)
                .map((row, context) -> new Password(row.getLong("id"), row.getString("password")))
                .findOne();
    }

    static void setPassword(Handle handle, long user, String hash) {
        handle.createUpdate("UPDATE \"user\" SET password = :hash WHERE id = :id")
                .bind("id", user)
                .bind("hash", hash)
                .execute();
    }

    static void setVerified(Handle handle, long user) {
        handle.createUpdate("UPDATE \"user\" SET verified_at = coalesce(verified_at, now()) WHERE id = :id")
                .bind("id", user)
                .execute();
    }

    static int setDisabled(Handle handle, long user, boolean disabled) {
        return handle.createUpdate("""
                        UPDATE "user" SET disabled_at = CASE WHEN :disabled THEN coalesce(disabled_at, now()) END
                         WHERE id = :id AND erased_at IS NULL
                        """)
                .bind("id", user)
                .bind("disabled", disabled)
                .execute();
    }

    static int setRole(Handle handle, long user, UserRole role) {
        return handle.createUpdate("UPDATE \"user\" SET role = :role WHERE id = :id AND erased_at IS NULL")
                .bind("id", user)
                .bind("role", role.wire())
                .execute();
    }

    static Optional<User> user(Handle handle, long id) {
        return handle.createQuery(USER + " AND id = :id")
                .bind("id", id)
                .map((row, context) -> mapUser(row))
                .findOne();
    }

    /// The same, its row locked until the transaction ends.
    static Optional<User> lock(Handle handle, long id) {
        return handle.createQuery(USER + " AND id = :id FOR UPDATE")
                .bind("id", id)
                .map((row, context) -> mapUser(row))
                .findOne();
    }

    static Optional<User> userOfAccount(Handle handle, long account) {
        return handle.createQuery(USER + " AND account_id = :account")
                .bind("account", account)
                .map((row, context) -> mapUser(row))
                .findOne();
    }

    static Optional<User> userByEmail(Handle handle, String email) {
        return handle.createQuery(USER + " AND lower(email) = lower(:email)")
                .bind("email", email)
                .map((row, context) -> mapUser(row))
                .findOne();
    }

    static Optional<User> userByUsername(Handle handle, String username) {
        return handle.createQuery(USER + " AND lower(username) = lower(:username)")
                .bind("username", username)
                .map((row, context) -> mapUser(row))
                .findOne();
    }

    /// Locks the rows of those who may come in, so that two cannot end each other at the same time.
    static List<Long> lockAdministrators(Handle handle) {
        return handle.createQuery("""
                        SELECT id FROM "user" WHERE role = 'administrator' AND disabled_at IS NULL
                         ORDER BY id FOR UPDATE
                        """).mapTo(Long.class).list();
    }

    static Optional<User> firstAdministrator(Handle handle) {
        return handle.createQuery(
                        USER + " AND role = 'administrator' AND disabled_at IS NULL ORDER BY id FETCH FIRST ROW ONLY")
                .map((row, context) -> mapUser(row))
                .findOne();
    }

    static void insertOrganization(Handle handle, long id, long account, String slug, String name) {
        handle.createUpdate("""
                        INSERT INTO organization (id, account_id, slug, name) VALUES (:id, :account, :slug, :name)
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("slug", slug)
                .bind("name", name)
                .execute();
    }

    static Optional<Organization> organization(Handle handle, long id) {
        return handle.createQuery(ORGANIZATION + "AND id = :id")
                .bind("id", id)
                .map((row, context) -> mapOrganization(row))
                .findOne();
    }

    static Optional<Organization> organizationBySlug(Handle handle, String slug) {
        return handle.createQuery(ORGANIZATION + "AND lower(slug) = lower(:slug)")
                .bind("slug", slug)
                .map((row, context) -> mapOrganization(row))
                .findOne();
    }

    static Optional<Organization> organizationOfAccount(Handle handle, long account) {
        return handle.createQuery(ORGANIZATION + "AND account_id = :account")
                .bind("account", account)
                .map((row, context) -> mapOrganization(row))
                .findOne();
    }

    static void putMember(Handle handle, long organization, long user, MemberRole role, boolean manageKeys) {
        handle.createUpdate("""
                        INSERT INTO member (organization_id, user_id, role, manage_keys)
                        VALUES (:organization, :user, :role, :manageKeys)
                        ON CONFLICT (organization_id, user_id)
                        DO UPDATE SET role = excluded.role, manage_keys = excluded.manage_keys
                        """)
                .bind("organization", organization)
                .bind("user", user)
                .bind("role", role.wire())
                .bind("manageKeys", manageKeys)
                .execute();
    }

    static int deleteMember(Handle handle, long organization, long user) {
        return handle.createUpdate("DELETE FROM member WHERE organization_id = :organization AND user_id = :user")
                .bind("organization", organization)
                .bind("user", user)
                .execute();
    }

    /// Locks the owners' rows, so that two cannot leave each other alone at the same time.
    static List<Long> lockOwners(Handle handle, long organization) {
        return handle.createQuery("""
                        SELECT user_id FROM member WHERE organization_id = :organization AND role = 'owner'
                         ORDER BY user_id FOR UPDATE
                        """)
                .bind("organization", organization)
                .mapTo(Long.class)
                .list();
    }

    static List<Membership> memberships(Handle handle, long user) {
        return handle.createQuery("""
                        SELECT o.id, o.account_id, o.slug, o.name, m.role, m.manage_keys
                          FROM member m JOIN organization o ON o.id = m.organization_id
                         WHERE m.user_id = :user ORDER BY o.name, o.id
                        """)
                .bind("user", user)
                .map((row, context) -> new Membership(
                        mapOrganization(row), MemberRole.of(row.getString("role")), row.getBoolean("manage_keys")))
                .list();
    }

    static Optional<Membership> membership(Handle handle, long organization, long user) {
        return handle.createQuery("""
                        SELECT o.id, o.account_id, o.slug, o.name, m.role, m.manage_keys
                          FROM member m JOIN organization o ON o.id = m.organization_id
                         WHERE m.organization_id = :organization AND m.user_id = :user
                        """)
                .bind("organization", organization)
                .bind("user", user)
                .map((row, context) -> new Membership(
                        mapOrganization(row), MemberRole.of(row.getString("role")), row.getBoolean("manage_keys")))
                .findOne();
    }

    static Optional<Account> account(Handle handle, long id) {
        return handle.createQuery("""
                        SELECT id, kind = 'organization' AS organization, name, rpm, tpm, concurrent,
                               array(SELECT g.name FROM access_group_account m JOIN access_group g ON g.id = m.group_id
                                      WHERE m.account_id = account.id) AS groups
                          FROM account WHERE id = :id
                        """)
                .bind("id", id)
                .map((row, context) -> mapAccount(row))
                .findOne();
    }

    static Optional<OwnerNames> names(Handle handle, long account, Set<Long> users) {
        return handle.createQuery("""
                        SELECT a.name, a.kind = 'organization' AS organization,
                               array_agg(u.id) FILTER (WHERE u.id IS NOT NULL) AS ids,
                               array_agg(u.email) FILTER (WHERE u.id IS NOT NULL) AS emails
                          FROM account a LEFT JOIN "user" u ON u.id = ANY(:users) AND u.erased_at IS NULL
                         WHERE a.id = :account GROUP BY a.id
                        """)
                .bind("account", account)
                .bindArray("users", Long.class, users)
                .map((row, context) ->
                        new OwnerNames(row.getString("name"), row.getBoolean("organization"), emails(row)))
                .findOne();
    }

    private static Map<Long, String> emails(ResultSet row) throws SQLException {
        Array ids = row.getArray("ids");
        if (ids == null) {
            return Map.of();
        }
        Object[] users = (Object[]) ids.getArray();
        Object[] addresses = (Object[]) row.getArray("emails").getArray();
        Map<Long, String> emails = new HashMap<>();
        for (int i = 0; i < users.length; i++) {
            emails.put((Long) users[i], (String) addresses[i]);
        }
        return emails;
    }

    static void rename(Handle handle, long account, String name) {
        handle.createUpdate("UPDATE account SET name = :name WHERE id = :id")
                .bind("id", account)
                .bind("name", name)
                .execute();
    }

    static int setRates(Handle handle, long account, Rates rates) {
        return handle.createUpdate("""
                        UPDATE account SET rpm = :rpm, tpm = :tpm, concurrent = :concurrent WHERE id = :id
                        """)
                .bind("id", account)
                .bind("rpm", rates.requestsPerMinute())
                .bind("tpm", rates.tokensPerMinute())
                .bind("concurrent", rates.concurrentRequests())
                .execute();
    }

    static void ensureGroup(Handle handle, long id, String name) {
        handle.createUpdate("INSERT INTO access_group (id, name) VALUES (:id, :name) ON CONFLICT (name) DO NOTHING")
                .bind("id", id)
                .bind("name", name)
                .execute();
    }

    static void leaveGroupsExcept(Handle handle, long account, Set<String> groups) {
        handle.createUpdate("""
                        DELETE FROM access_group_account m USING access_group g
                         WHERE g.id = m.group_id AND m.account_id = :account AND g.name <> ALL (:groups)
                        """)
                .bind("account", account)
                .bindArray("groups", String.class, groups)
                .execute();
    }

    static void leaveGroup(Handle handle, long account, String group) {
        handle.createUpdate("""
                        DELETE FROM access_group_account m USING access_group g
                         WHERE g.id = m.group_id AND m.account_id = :account AND g.name = :group
                        """).bind("account", account).bind("group", group).execute();
    }

    static void joinGroups(Handle handle, long account, Set<String> groups) {
        handle.createUpdate("""
                        INSERT INTO access_group_account (group_id, account_id)
                        SELECT id, :account FROM access_group WHERE name = ANY (:groups)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("account", account)
                .bindArray("groups", String.class, groups)
                .execute();
    }

    static User mapUser(ResultSet row) throws SQLException {
        return new User(
                row.getLong("id"),
                row.getLong("account_id"),
                row.getString("username"),
                row.getString("email"),
                UserRole.of(row.getString("role")),
                row.getBoolean("claimed"),
                row.getBoolean("disabled"),
                row.getBoolean("verified"),
                row.getTimestamp("created_at").toInstant());
    }

    private static Organization mapOrganization(ResultSet row) throws SQLException {
        return new Organization(
                row.getLong("id"), row.getLong("account_id"), row.getString("slug"), row.getString("name"));
    }

    private static Account mapAccount(ResultSet row) throws SQLException {
        return new Account(
                row.getLong("id"),
                row.getBoolean("organization"),
                row.getString("name"),
                new Rates(row.getInt("rpm"), row.getLong("tpm"), row.getInt("concurrent")),
                Set.copyOf(Arrays.asList((String[]) row.getArray("groups").getArray())));
    }
}
