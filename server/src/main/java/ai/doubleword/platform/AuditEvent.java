package ai.doubleword.platform;

import java.util.Map;
import java.util.OptionalLong;

/// Something worth writing down. Holds no secret, and of people no more than their ids.
///
/// @param kind what happened, as `key.revoked`
/// @param actor the user who did it, where that is not the caller of the request under way: who just signed in
/// @param account whose event it is; 0 for the platform's
/// @param subject what it happened to, as users see its id
/// @param was what it was before, field by field; empty for something new
/// @param became what it is now; empty for something that ended
public record AuditEvent(
        String kind, OptionalLong actor, long account, String subject, Map<String, ?> was, Map<String, ?> became) {
    public AuditEvent {
        was = Map.copyOf(was);
        became = Map.copyOf(became);
    }

    /// Something that the caller did.
    public static AuditEvent of(String kind, long account, String subject) {
        return new AuditEvent(kind, OptionalLong.empty(), account, subject, Map.of(), Map.of());
    }

    /// The same, by a user who is not the caller.
    public AuditEvent by(long user) {
        return new AuditEvent(kind, OptionalLong.of(user), account, subject, was, became);
    }

    /// The same, with what was before.
    public AuditEvent from(Map<String, ?> before) {
        return new AuditEvent(kind, actor, account, subject, before, became);
    }

    /// The same, with what is now.
    public AuditEvent to(Map<String, ?> after) {
        return new AuditEvent(kind, actor, account, subject, was, after);
    }
}
