package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/// Deletes the organization that the request under way acts in, for its owners: keys, memberships, invites and what
/// features add ([OrganizationEnded]) end at once, together or not at all. Files, results and what responses hold go by
/// their time, unreachable until then; usage and the audit log stay for the operator's books. Blocking, thread-safe.
@Singleton
final class OrganizationEnd {
    private final Database database;
    private final CurrentOrganization organization;
    private final List<OrganizationEnded> features;
    private final Clock clock;
    private final AuditTrail audit;

    OrganizationEnd(
            Database database,
            CurrentOrganization organization,
            @All List<OrganizationEnded> features,
            Clock clock,
            AuditTrail audit) {
        this.database = database;
        this.organization = organization;
        this.features = features;
        this.clock = clock;
        this.audit = audit;
    }

    /// Whether the caller may delete it.
    boolean mayDelete() {
        return organization.role() == MemberRole.OWNER;
    }

    /// What would end, in words: `3 API keys`, `2 members`.
    List<String> ending() {
        Organization found = organization.get();
        return database.engine().withHandle(handle -> {
            long members = OrganizationStore.countMembers(handle, found.id(), "");
            return Stream.concat(
                            features.stream().map(feature -> feature.ending(handle, found.account())),
                            Stream.of(members + (members == 1 ? " membership" : " memberships")))
                    .filter(words -> !words.isEmpty())
                    .toList();
        });
    }

    /// @return what was deleted
    /// @throws ProblemException `permission_denied` for who is no owner, `not_found` if another was faster
    Organization delete() {
        if (!mayDelete()) {
            throw new ProblemException(ErrorCode.PERMISSION_DENIED, "Only an owner deletes an organization. Ask one.");
        }
        Organization found = organization.get();
        database.engine().useTransaction(handle -> delete(handle, found));
        return found;
    }

    private void delete(Handle handle, Organization found) {
        Instant now = clock.instant();
        OrganizationEndStore.lockAccount(handle, found.account());
        if (OrganizationEndStore.delete(handle, found.id(), now) == 0) {
            throw new ProblemException(ErrorCode.NOT_FOUND, "There is no such organization.");
        }
        List<String> ended = features.stream()
                .map(feature -> feature.ending(handle, found.account()))
                .filter(words -> !words.isEmpty())
                .toList();
        features.forEach(feature -> feature.ended(handle, found.account()));
        int members = OrganizationEndStore.deleteMembers(handle, found.id());
        OrganizationEndStore.endInvites(handle, found.id(), now);
        OrganizationEndStore.deleteOpenJoinRequests(handle, found.id());
        OrganizationEndStore.deleteDomains(handle, found.id());
        ErasureStore.leaveGroups(handle, found.account());
        audit.record(
                handle,
                AuditEvent.of("organization.deleted", found.account(), Ids.format(Organization.PREFIX, found.id()))
                        .from(Map.of("slug", found.slug(), "name", found.name(), "members", members))
                        .to(Map.of("ended", ended)));
    }
}
