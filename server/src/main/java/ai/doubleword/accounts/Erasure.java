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
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// Erases users: what is personal and every payload goes, what was used and what was done stays under the user's id,
/// which leads to nobody any more. Blocking, thread-safe.
@Singleton
public final class Erasure {
    private final Database database;
    private final List<PersonalData> features;
    private final List<MemberLeft> departures;
    private final Clock clock;
    private final AuditTrail audit;

    Erasure(
            Database database,
            @All List<PersonalData> features,
            @All List<MemberLeft> departures,
            Clock clock,
            AuditTrail audit) {
        this.database = database;
        this.features = features;
        this.departures = departures;
        this.clock = clock;
        this.audit = audit;
    }

    /// Erases a user, all or nothing: sessions, keys and memberships end with it.
    ///
    /// @throws ProblemException `not_found`, or `conflict` for the last administrator and for the last owner of an
    ///     organization
    public void erase(long id) {
        database.engine().useTransaction(handle -> {
            User user = AccountStore.lock(handle, id)
                    .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such user."));
            Accounts.requireAnotherAdministrator(handle, id);
            List<Membership> memberships = AccountStore.memberships(handle, id);
            requireOtherOwners(handle, id, memberships);
            for (Membership membership : memberships) {
                AccountStore.deleteMember(handle, membership.organization().id(), id);
                departures.forEach(departure ->
                        departure.left(handle, membership.organization().account(), id));
            }
            features.forEach(feature -> feature.erase(handle, user));
            ErasureStore.deleteSessions(handle, id);
            ErasureStore.deleteLinks(handle, id);
            ErasureStore.deleteJoinRequests(handle, id);
            ErasureStore.forgetInvites(handle, user.email(), clock.instant());
            ErasureStore.leaveGroups(handle, user.account());
            ErasureStore.forgetAccount(handle, user.account(), pseudonym(user));
            ErasureStore.forgetUser(handle, id, pseudonym(user), clock.instant());
            audit.record(handle, AuditEvent.of("user.erased", user.account(), Ids.format(User.PREFIX, id)));
        });
    }

    private static void requireOtherOwners(Handle handle, long user, List<Membership> memberships) {
        String alone = memberships.stream()
                .map(Membership::organization)
                .filter(organization ->
                        AccountStore.lockOwners(handle, organization.id()).equals(List.of(user)))
                .map(Organization::name)
                .collect(Collectors.joining(", "));
        if (!alone.isEmpty()) {
            throw new ProblemException(
                    ErrorCode.CONFLICT,
                    "This is the last owner of " + alone + ": make another member an owner there first.");
        }
    }

    private static String pseudonym(User user) {
        return Ids.format(User.PREFIX, user.id());
    }
}
