package ai.doubleword.responses;

import ai.doubleword.platform.Ids;
import java.util.Map;
import java.util.OptionalLong;

/// A conversation of an account, without its items.
///
/// @param id outside it is `conv_` and eleven digits, and tells when it was made
record Conversation(long id, Map<String, String> metadata) {
    static final String PREFIX = "conv";

    static String name(long id) {
        return Ids.format(PREFIX, id);
    }

    static OptionalLong parse(String name) {
        return Ids.parse(PREFIX, name);
    }
}
