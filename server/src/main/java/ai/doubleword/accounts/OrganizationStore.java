package ai.doubleword.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of what an organization is and who is in it. Each method is one statement on the caller's handle.
final class OrganizationStore {
    private static final String MEMBER = """
            SELECT m.user_id, u.username, u.email, m.role, m.manage_keys, m.created_at
              FROM member m JOIN "user" u ON u.id = m.user_id
            """;
    private static final String MATCHING = """
             WHERE m.organization_id = :organization
               AND (position(lower(:search) IN lower(u.username)) > 0 OR position(lower(:search) IN lower(u.email)) > 0)
            """;

    private OrganizationStore() {}

    static OrganizationTerms terms(Handle handle, long organization) {
        return handle.createQuery("SELECT contact, visibility FROM organization WHERE id = :id")
                .bind("id", organization)
                .map((row, context) -> new OrganizationTerms(row.getString("contact"), row.getString("visibility")))
                .one();
    }

    static void describe(Handle handle, long organization, String name, OrganizationTerms terms) {
        handle.createUpdate("""
                        UPDATE organization SET name = :name, contact = :contact, visibility = :visibility
                         WHERE id = :id
                        """)
                .bind("id", organization)
                .bind("name", name)
                .bind("contact", terms.contact())
                .bind("visibility", terms.visibility())
                .execute();
    }

    static List<Member> members(Handle handle, long organization) {
        return handle.createQuery(MEMBER + " WHERE m.organization_id = :organization ORDER BY u.username, m.user_id")
                .bind("organization", organization)
                .map((row, context) -> member(row))
                .list();
    }

    static Optional<Member> member(Handle handle, long organization, long user) {
        return handle.createQuery(MEMBER + " WHERE m.organization_id = :organization AND m.user_id = :user")
                .bind("organization", organization)
                .bind("user", user)
                .map((row, context) -> member(row))
                .findOne();
    }

    /// Members by name.
    ///
    /// @param search part of a name or an address; empty for all
    static List<Member> membersPage(Handle handle, long organization, String search, int skip, int limit) {
        return handle.createQuery(MEMBER + MATCHING + """
                         ORDER BY u.username, m.user_id OFFSET :skip ROWS FETCH FIRST :limit ROWS ONLY
                        """)
                .bind("organization", organization)
                .bind("search", search)
                .bind("skip", skip)
                .bind("limit", limit)
                .map((row, context) -> member(row))
                .list();
    }

    static long countMembers(Handle handle, long organization, String search) {
        return handle.createQuery("SELECT count(*) FROM member m JOIN \"user\" u ON u.id = m.user_id" + MATCHING)
                .bind("organization", organization)
                .bind("search", search)
                .mapTo(Long.class)
                .one();
    }

    static long countOwners(Handle handle, long organization) {
        return handle.createQuery(
                        "SELECT count(*) FROM member WHERE organization_id = :organization AND role = 'owner'")
                .bind("organization", organization)
                .mapTo(Long.class)
                .one();
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(
                row.getLong("user_id"),
                row.getString("username"),
                row.getString("email"),
                MemberRole.of(row.getString("role")),
                row.getBoolean("manage_keys"),
                row.getTimestamp("created_at").toInstant());
    }
}
