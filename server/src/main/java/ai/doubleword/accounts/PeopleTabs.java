package ai.doubleword.accounts;

/// What stands above the pages about people in an organization, and leads from one to the other.
///
/// @param base what the addresses of the organization's pages begin with: `/o/slug`
/// @param organization its name
/// @param manages whether the reader may invite and decide; who may not sees the members alone
/// @param members how many there are
/// @param invites how many nobody answered
/// @param requests how many nobody decided
public record PeopleTabs(
        String base, String organization, boolean manages, long members, long invites, long requests) {}
