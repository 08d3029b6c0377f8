package ai.doubleword.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// A PNG of the documentation. Its address carries a hash of its content, so that browsers may keep it for ever,
/// and its place in a page carries its size, so that nothing moves when it arrives. Immutable.
final class Picture {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+\\.png");
    private static final Map<String, Picture> KNOWN = new ConcurrentHashMap<>();
    /// The first chunk of a PNG says its size, at this offset.
    private static final int SIZE_AT = 16;

    private static final int HASH_DIGITS = 12;

    private final byte[] content;
    private final String version;

    private Picture(byte[] content) {
        this.content = content;
        try {
            this.version = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content))
                    .substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// @param name of the file
    static Optional<Picture> find(String name) {
        return NAME.matcher(name).matches()
                ? Optional.ofNullable(KNOWN.get(name)).or(() -> load(name))
                : Optional.empty();
    }

    private static Optional<Picture> load(String name) {
        try (InputStream stream = Picture.class.getClassLoader().getResourceAsStream("docs/images/" + name)) {
            if (stream == null) {
                return Optional.empty();
            }
            Picture picture = new Picture(stream.readAllBytes());
            KNOWN.put(name, picture);
            return Optional.of(picture);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] content() {
        return content.clone();
    }

    String version() {
        return version;
    }

    int width() {
        return ByteBuffer.wrap(content).getInt(SIZE_AT);
    }

    int height() {
        return ByteBuffer.wrap(content).getInt(SIZE_AT + Integer.BYTES);
    }
}
