package ai.doubleword.accounts;

/// An account that several users share.
///
/// @param id outside the database `org_…`
/// @param account the account that owns its things and pays
/// @param slug its name in URLs
public record Organization(long id, long account, String slug, String name) {
    public static final String PREFIX = "org";
}
