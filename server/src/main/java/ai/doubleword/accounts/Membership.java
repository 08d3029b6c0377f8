package ai.doubleword.accounts;

/// A user's place in an organization.
///
/// @param manageKeys whether a plain member may make and manage keys; owners and admins may anyway
public record Membership(Organization organization, MemberRole role, boolean manageKeys) {}
