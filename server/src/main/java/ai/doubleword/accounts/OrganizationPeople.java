package ai.doubleword.accounts;

import jakarta.inject.Singleton;
import java.util.List;

/// What the pages about people in an organization show, as the caller of the request under way may see it. Blocking.
@Singleton
final class OrganizationPeople {
    private final Members members;
    private final Invites invites;
    private final JoinRequests requests;
    private final CurrentOrganization organization;
    private final CurrentCaller caller;

    OrganizationPeople(
            Members members,
            Invites invites,
            JoinRequests requests,
            CurrentOrganization organization,
            CurrentCaller caller) {
        this.members = members;
        this.invites = invites;
        this.requests = requests;
        this.organization = organization;
        this.caller = caller;
    }

    PeopleTabs tabs() {
        Organization found = organization.get();
        boolean manages = caller.get().may("members");
        return new PeopleTabs(
                base(found),
                found.name(),
                manages,
                members.page("", 0, 0).total(),
                manages ? invites.open(found).size() : 0,
                manages ? requests.open(found).size() : 0);
    }

    List<Invite> invites() {
        return invites.open(organization.get());
    }

    /// An invite that the caller may renew or take back. An admin may not for one that makes an owner: whoever has its
    /// link can become that owner.
    ///
    /// @throws ai.doubleword.platform.ProblemException `not_found`, `permission_denied`
    Invite changeableInvite(String id) {
        Invite invite = invites.find(organization.get(), Invites.number(id));
        organization.requireMayGive(invite.role());
        return invite;
    }

    List<JoinRequest> requests() {
        return requests.open(organization.get());
    }

    /// What the addresses of an organization's pages begin with.
    static String base(Organization organization) {
        return "/o/" + organization.slug();
    }
}
