package ai.doubleword.accounts;

import java.time.Instant;

/// An invitation of an address into an organization, not answered yet.
///
/// @param id outside the database `invite_…`
/// @param manageKeys as [Membership#manageKeys]
/// @param expires when its link stops working; a new link can be made then
public record Invite(
        long id,
        Organization organization,
        String email,
        MemberRole role,
        boolean manageKeys,
        Instant created,
        Instant expires) {
    public static final String PREFIX = "invite";
}
