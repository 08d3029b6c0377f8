package ai.doubleword.accounts;

import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of the mail domains whose users join an organization by themselves. Each method is one statement on the
/// caller's handle.
final class JoinDomainStore {
    private JoinDomainStore() {}

    static List<String> of(Handle handle, long organization) {
        return handle.createQuery(
                        "SELECT domain FROM organization_domain WHERE organization_id = :organization ORDER BY domain")
                .bind("organization", organization)
                .mapTo(String.class)
                .list();
    }

    static boolean has(Handle handle, long organization, String domain) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT FROM organization_domain
                                        WHERE organization_id = :organization AND domain = :domain)
                        """)
                .bind("organization", organization)
                .bind("domain", domain)
                .mapTo(Boolean.class)
                .one();
    }

    static void removeOthers(Handle handle, long organization, Set<String> domains) {
        handle.createUpdate("""
                        DELETE FROM organization_domain
                         WHERE organization_id = :organization AND domain <> ALL (:domains)
                        """)
                .bind("organization", organization)
                .bindArray("domains", String.class, domains)
                .execute();
    }

    static void add(Handle handle, long organization, Set<String> domains, long by) {
        handle.createUpdate("""
                        INSERT INTO organization_domain (organization_id, domain, added_by)
                        SELECT :organization, domain, :by FROM unnest(:domains) AS domain ON CONFLICT DO NOTHING
                        """)
                .bind("organization", organization)
                .bindArray("domains", String.class, domains)
                .bind("by", by)
                .execute();
    }
}
