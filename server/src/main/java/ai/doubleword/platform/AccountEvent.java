package ai.doubleword.platform;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Something that happened in an account.
///
/// @param account whose event it is
/// @param member the user whose doing it is: whose key made the batch, who made the key
/// @param data what programs get to read of it, in this order, as JSON: an id and a few figures, never a body, a secret
///     or more than a kilobyte. The first field is the id of what it is about
public record AccountEvent(AccountEventType type, long account, long member, Map<String, Object> data) {
    public AccountEvent {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }
}
