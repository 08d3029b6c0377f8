package ai.doubleword.accounts;

import jakarta.enterprise.context.RequestScoped;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The session of the browser whose request is under way, on every route, public ones included.
@RequestScoped
public class CurrentSession {
    private static final String ALGORITHM = "HmacSHA256";

    private @Nullable Session session;
    private @Nullable String token;
    private boolean unproven;

    /// The session; nothing where nobody is signed in, or the request carries a key instead.
    public Optional<Session> find() {
        return Optional.ofNullable(session);
    }

    /// @throws IllegalStateException where nobody is signed in
    public Session get() {
        return find().orElseThrow(() -> new IllegalStateException("nobody is signed in"));
    }

    /// What every change must carry besides the cookie, as the header `X-CSRF-Token` or the form field
    /// `csrf_token`.
    /// It follows from the session's token, and tells nothing about it.
    public String csrfToken() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(derive("csrf"));
    }

    /// 32 bytes for a purpose, which only this browser's cookie leads to: the server keeps no more than the
    /// cookie's
    /// hash, so what is sealed under them ends with the session.
    public byte[] derive(String purpose) {
        String secret = token;
        if (secret == null) {
            throw new IllegalStateException("nobody is signed in");
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(ALGORITHM + " is in every JDK", e);
        }
    }

    /// Whether a token is [#csrfToken]; takes the same time for every wrong one.
    boolean proves(@Nullable String presented) {
        return presented != null
                && MessageDigest.isEqual(
                        presented.getBytes(StandardCharsets.UTF_8), csrfToken().getBytes(StandardCharsets.UTF_8));
    }

    void set(Session found, String cookie) {
        session = found;
        token = cookie;
    }

    /// Leaves the proof to the form, which is not read yet.
    void awaitProof() {
        unproven = true;
    }

    boolean awaitsProof() {
        return unproven;
    }
}
