package ai.doubleword.accounts;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The session of the browser whose request is under way, on every route, public ones included.
@RequestScoped
public class CurrentSession {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int TOKEN_BYTES = 32;

    private final SecureRandom random;
    private @Nullable Session session;
    private @Nullable String token;
    private @Nullable String csrf;
    private boolean unproven;

    @Inject
    CurrentSession(SecureRandom random) {
        this.random = random;
    }

    /// The session; nothing where nobody is signed in, or the request carries a key instead.
    public Optional<Session> find() {
        return Optional.ofNullable(session);
    }

    /// @throws IllegalStateException where nobody is signed in
    public Session get() {
        return find().orElseThrow(() -> new IllegalStateException("nobody is signed in"));
    }

    /// What every change must carry besides the cookie, as the header `X-CSRF-Token` or the form field
    /// `csrf_token`. It follows from the session's token, and tells nothing about it. In each answer it looks
    /// different, so that the length of a compressed page tells nothing about it either.
    public String csrfToken() {
        String known = csrf;
        if (known == null) {
            byte[] masked = new byte[2 * TOKEN_BYTES];
            byte[] mask = new byte[TOKEN_BYTES];
            random.nextBytes(mask);
            byte[] token = derive("csrf");
            for (int i = 0; i < TOKEN_BYTES; i++) {
                masked[i] = mask[i];
                masked[TOKEN_BYTES + i] = (byte) (mask[i] ^ token[i]);
            }
            known = Base64.getUrlEncoder().withoutPadding().encodeToString(masked);
            csrf = known;
        }
        return known;
    }

    /// 32 bytes for a purpose, which only this browser's cookie leads to: the server keeps no more than the
    /// cookie's hash, so what is sealed under them ends with the session.
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

    /// Whether a token is [#csrfToken], of this answer or of an earlier one; takes the same time for every wrong
    /// one.
    boolean proves(@Nullable String presented) {
        byte[] masked = presented == null ? new byte[0] : decoded(presented);
        if (masked.length != 2 * TOKEN_BYTES) {
            return false;
        }
        byte[] token = new byte[TOKEN_BYTES];
        for (int i = 0; i < TOKEN_BYTES; i++) {
            token[i] = (byte) (masked[i] ^ masked[TOKEN_BYTES + i]);
        }
        return MessageDigest.isEqual(token, derive("csrf"));
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    void set(Session found, String cookie) {
        session = found;
        token = cookie;
        csrf = null;
    }

    /// The same session, its user proved anew.
    void renew(Session proven) {
        session = proven;
    }

    /// Leaves the proof to the form, which is not read yet.
    void awaitProof() {
        unproven = true;
    }

    boolean awaitsProof() {
        return unproven;
    }
}
