package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;

/// The members of the organization that the request under way acts in, and what its caller may do to them: owners
/// everything, admins everything but to owners, members leave. The API and the pages both go through it. Blocking.
@Singleton
final class Members {
    private static final String SELF = "current";
    private static final String RIGHT = "members";

    private final Database database;
    private final Accounts accounts;
    private final CurrentCaller caller;
    private final CurrentOrganization organization;
    private final List<MemberLeft> departures;

    Members(
            Database database,
            Accounts accounts,
            CurrentCaller caller,
            CurrentOrganization organization,
            @All List<MemberLeft> departures) {
        this.database = database;
        this.accounts = accounts;
        this.caller = caller;
        this.organization = organization;
        this.departures = departures;
    }

    /// Some of the members, by name.
    ///
    /// @param total how many the search leaves
    record Page(List<Member> members, long total) {}

    List<Member> all() {
        return accounts.members(organization.get());
    }

    /// @param search part of a name or an address; empty for all
    Page page(String search, int skip, int limit) {
        long id = organization.get().id();
        return database.engine()
                .withHandle(handle -> new Page(
                        OrganizationStore.membersPage(handle, id, search, skip, limit),
                        OrganizationStore.countMembers(handle, id, search)));
    }

    /// @param named `user_…`, an address, or `current` for the caller
    /// @throws ProblemException `not_found` for who is no member
    Member find(String named) {
        long user = user(named);
        long id = organization.get().id();
        return database.engine()
                .withHandle(handle -> OrganizationStore.member(handle, id, user))
                .orElseThrow(Members::notFound);
    }

    private long user(String named) {
        if (named.equals(SELF)) {
            return caller.get().user();
        }
        return named.indexOf('@') > 0
                ? accounts.userByEmail(named).map(User::id).orElseThrow(Members::notFound)
                : Ids.parse(User.PREFIX, named).orElseThrow(Members::notFound);
    }

    /// What the caller may do to members.
    ///
    /// @param user the caller
    /// @param manages whether to change and remove members at all
    /// @param owner whether to make and change owners, too
    /// @param owners how many there are
    record Powers(long user, boolean manages, boolean owner, long owners) {
        boolean isSelf(Member member) {
            return member.user() == user;
        }

        /// Whether to change role and right: the last owner's stay.
        boolean mayChange(Member member) {
            return manages && (owner || member.role() != MemberRole.OWNER) && !isLastOwner(member);
        }

        /// Whether to remove a member, or to leave.
        boolean mayRemove(Member member) {
            return (isSelf(member) || mayChange(member)) && !isLastOwner(member);
        }

        private boolean isLastOwner(Member member) {
            return member.role() == MemberRole.OWNER && owners == 1;
        }

        /// The roles that the caller may give.
        List<MemberRole> givable() {
            return owner
                    ? List.of(MemberRole.OWNER, MemberRole.ADMIN, MemberRole.MEMBER)
                    : List.of(MemberRole.ADMIN, MemberRole.MEMBER);
        }
    }

    Powers powers() {
        Caller who = caller.get();
        long id = organization.get().id();
        return new Powers(
                who.user(),
                who.may(RIGHT),
                organization.role() == MemberRole.OWNER,
                database.engine().withHandle(handle -> OrganizationStore.countOwners(handle, id)));
    }

    /// What ends with a membership, in words; nothing for none.
    List<String> ending(Member member) {
        long account = organization.get().account();
        return database.engine()
                .withHandle(handle -> departures.stream()
                        .map(departure -> departure.ending(handle, account, member.user()))
                        .filter(words -> !words.isEmpty())
                        .toList());
    }

    /// @throws ProblemException `permission_denied` if the caller may not make or change an owner, `conflict` if this
    ///     would leave the organization without one
    void change(Member member, MemberRole role, boolean manageKeys) {
        organization.requireMayGive(member.role());
        organization.requireMayGive(role);
        accounts.putMember(organization.get().id(), member.user(), role, manageKeys);
    }

    /// Removes a member, or lets the caller leave.
    ///
    /// @throws ProblemException `permission_denied` if the caller may not, `conflict` for the last owner
    void remove(Member member) {
        if (member.user() != caller.get().user()) {
            if (!caller.get().may(RIGHT)) {
                throw new ProblemException(
                        ErrorCode.PERMISSION_DENIED,
                        "Your role here lacks the right 'members'. Ask an owner or administrator for it.");
            }
            organization.requireMayGive(member.role());
        }
        accounts.removeMember(organization.get().id(), member.user());
    }

    /// @throws ProblemException `invalid_value` for a word that is no role
    static MemberRole role(String wire) {
        try {
            return MemberRole.of(wire.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "role", "role is owner, admin or member."));
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such member.");
    }
}
