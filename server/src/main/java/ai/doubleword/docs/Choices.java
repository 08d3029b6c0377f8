package ai.doubleword.docs;

import jakarta.ws.rs.core.NewCookie;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a reader chose once and finds again, in cookies that grant nothing.
final class Choices {
    /// The language of samples; the console's model cards share it.
    static final String LANGUAGE = "dw-language";

    /// `yes` while samples hold the key of the session.
    static final String FILLED = "dw-filled";

    static final String CHAT_MODEL = "dw-chat-model";
    static final String EMBEDDING_MODEL = "dw-embedding-model";

    private static final int YEAR = 31_536_000;

    private Choices() {}

    static Language language(@Nullable String chosen, @Nullable String remembered) {
        return Language.of(chosen != null ? chosen : remembered == null ? "" : remembered);
    }

    /// The cookie for models of a type.
    static String modelCookie(String type) {
        return type.equals("embedding") ? EMBEDDING_MODEL : CHAT_MODEL;
    }

    static NewCookie remember(String name, String value) {
        return cookie(name, URLEncoder.encode(value, StandardCharsets.UTF_8), YEAR);
    }

    /// Until the browser closes.
    static NewCookie forNow(String name, String value) {
        return cookie(name, value, NewCookie.DEFAULT_MAX_AGE);
    }

    static String remembered(@Nullable String cookie) {
        try {
            return cookie == null ? "" : URLDecoder.decode(cookie, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static NewCookie cookie(String name, String value, int age) {
        return new NewCookie.Builder(name)
                .value(value)
                .path("/")
                .maxAge(age)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
