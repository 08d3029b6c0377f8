package ai.doubleword.platform;

import jakarta.ws.rs.core.NewCookie;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A sentence for the page that follows a change: `Key "ci" is revoked.` It travels in a cookie that lives for a minute
/// and is read once, so that it stands in no address.
public final class Notice {
    /// The cookie's name.
    public static final String COOKIE = "dw-notice";

    private Notice() {}

    /// @param sentence what happened; it may hold what users wrote, but no secret
    public static NewCookie of(String sentence) {
        return new NewCookie.Builder(COOKIE)
                .value(Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(sentence.getBytes(StandardCharsets.UTF_8)))
                .path("/")
                .maxAge(60)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
