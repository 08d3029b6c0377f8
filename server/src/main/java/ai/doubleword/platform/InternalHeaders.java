package ai.doubleword.platform;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Headers `x-dw-*` are ours, between our own parts: from a client they mean nothing and are dropped at the edge
/// (S-06).
public final class InternalHeaders {
    private static final String PREFIX = "x-dw-";

    /// The documented ones that clients may send.
    private static final Set<String> PUBLIC = Set.of(ErrorForm.CLI_HEADER);

    private InternalHeaders() {}

    /// Removes every internal header from a request's headers. Allocates only when one is there.
    public static void strip(MultiMap headers) {
        boolean found = false;
        for (Map.Entry<String, String> header : headers) {
            found |= isInternal(header.getKey());
        }
        if (found) {
            List.copyOf(headers.names()).stream()
                    .filter(InternalHeaders::isInternal)
                    .forEach(headers::remove);
        }
    }

    /// Whether a header, in any case, is one that no client may send.
    public static boolean isInternal(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                && !PUBLIC.contains(name.toLowerCase(java.util.Locale.ROOT));
    }
}
