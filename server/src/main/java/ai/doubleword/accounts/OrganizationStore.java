package ai.doubleword.accounts;

import java.util.List;
import org.jdbi.v3.core.Handle;

/// SQL of what an organization is and who is in it. Each method is one statement on the caller's handle.
final class OrganizationStore {
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
        return handle.createQuery("""
                        SELECT m.user_id, u.username, u.email, m.role, m.manage_keys, m.created_at
                          FROM member m JOIN "user" u ON u.id = m.user_id
                         WHERE m.organization_id = :organization ORDER BY u.username, m.user_id
                        """)
                .bind("organization", organization)
                .map((row, context) -> new Member(
                        row.getLong("user_id"),
                        row.getString("username"),
                        row.getString("email"),
                        MemberRole.of(row.getString("role")),
                        row.getBoolean("manage_keys"),
                        row.getTimestamp("created_at").toInstant()))
                .list();
    }
}
