package ai.doubleword.accounts;

import java.time.Instant;

/// A user in an organization.
public record Member(long user, String username, String email, MemberRole role, boolean manageKeys, Instant since) {}
