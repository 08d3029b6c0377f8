package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The mail domains whose users join an organization by themselves, where its owner said so: only those count who
/// proved to read mails to their address. Blocking, thread-safe.
@Singleton
final class JoinDomains {
    private static final int MOST = 20;
    private static final int LONGEST = 253;
    private static final Pattern DOMAIN = Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]*");

    private final Database database;
    private final CurrentOrganization organization;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    JoinDomains(Database database, CurrentOrganization organization, CurrentCaller caller, AuditTrail audit) {
        this.database = database;
        this.organization = organization;
        this.caller = caller;
        this.audit = audit;
    }

    /// Those of the organization that the request under way acts in, by name.
    List<String> get() {
        long id = organization.get().id();
        return database.engine().withHandle(handle -> JoinDomainStore.of(handle, id));
    }

    /// Whether the caller may change them.
    boolean mayChange() {
        return organization.role() == MemberRole.OWNER;
    }

    /// Makes these the domains.
    ///
    /// @throws ProblemException `permission_denied` for who is no owner, `invalid_value` for what is no mail domain
    void set(Collection<String> wanted) {
        if (!mayChange()) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED, "Only an owner says which mail domains join by themselves. Ask one.");
        }
        TreeSet<String> domains = new TreeSet<>();
        wanted.forEach(domain -> domains.add(check(domain)));
        if (domains.size() > MOST) {
            throw invalid("At most " + MOST + " mail domains.");
        }
        Organization found = organization.get();
        database.engine().useTransaction(handle -> {
            List<String> before = JoinDomainStore.of(handle, found.id());
            JoinDomainStore.removeOthers(handle, found.id(), domains);
            JoinDomainStore.add(handle, found.id(), domains, caller.get().user());
            audit.record(
                    handle,
                    AuditEvent.of("organization.changed", found.account(), Ids.format(Organization.PREFIX, found.id()))
                            .from(Map.of("join_domains", before))
                            .to(Map.of("join_domains", List.copyOf(domains))));
        });
    }

    private static String check(String text) {
        String domain = text.strip().toLowerCase(Locale.ROOT).replaceFirst("^@", "");
        if (domain.length() > LONGEST || !DOMAIN.matcher(domain).matches()) {
            throw invalid("'" + text.strip() + "' is no mail domain such as example.com.");
        }
        return domain;
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, "join_domains", message));
    }
}
