package ai.doubleword.blobs;

import java.util.regex.Pattern;

/// The name of a blob: a kind and an id, `input/01a2b3c4d5e6f708`. Lower case only, since some file systems do not tell
/// cases apart; no text from outside is ever part of one.
///
/// @param kind what the blob is, in lower-case letters
/// @param id in lower-case letters, digits and `-`
public record BlobName(String kind, String id) {
    private static final Pattern KIND = Pattern.compile("[a-z]{1,32}");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,127}");

    public BlobName {
        if (!KIND.matcher(kind).matches() || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException("no name of a blob: " + kind + "/" + id);
        }
    }

    /// The name of an id of ours.
    public static BlobName of(String kind, long id) {
        return new BlobName(kind, String.format(java.util.Locale.ROOT, "%016x", id));
    }

    /// Reads the form of [#toString].
    ///
    /// @throws IllegalArgumentException if it is none
    public static BlobName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("no name of a blob: " + text);
        }
        return new BlobName(text.substring(0, slash), text.substring(slash + 1));
    }

    /// `kind/id`.
    @Override
    public String toString() {
        return kind + '/' + id;
    }
}
