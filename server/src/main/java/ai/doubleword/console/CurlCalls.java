package ai.doubleword.console;

import ai.doubleword.platform.PublicAddress;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/// The call of the API that shows what a page shows, as one pastes it into a shell. Templates say `inject:curl`.
@Named("curl")
@Singleton
public final class CurlCalls {
    private final PublicAddress address;
    private final Shell shell;

    CurlCalls(PublicAddress address, Shell shell) {
        this.address = address;
        this.shell = shell;
    }

    /// A call in the account of this page, with a key from the environment.
    ///
    /// @param path with its query, which is encoded
    public String get(String path) {
        StringBuilder call = new StringBuilder("curl ")
                .append(quoted(address.publicUrl() + path))
                .append(" \\\n  -H \"Authorization: Bearer $DOUBLEWORD_PLATFORM_KEY\"");
        Shell.Place place = shell.place();
        if (place.organization()) {
            call.append(" \\\n  -H ")
                    .append(quoted("X-Organization-Id: " + place.path().replaceFirst("^/o/", "")));
        }
        return call.toString();
    }

    /// Nothing in single quotes means anything to a shell but their end.
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
