package ai.doubleword.jsonl;

import java.nio.charset.StandardCharsets;

/// One request of a file, as the file's index knows it: where it stands, what it is for, and what it will take.
///
/// @param number of the line in the file, from 1, empty lines counted
/// @param offset in bytes, from the beginning of the file to the line's first byte
/// @param length of the line in bytes, without its end
/// @param bodyOffset in bytes, from the beginning of the *line* to its `body`'s brace
/// @param bodyLength of the `body` in bytes, both braces included
/// @param customIdHash 64 bits of a hash of `custom_id`; equal ids have equal hashes
/// @param endpoint what `url` names
/// @param model what `body.model` names
/// @param inputTokens estimate of the input, at least 1
/// @param outputTokens the most output that the line asks for, all choices together; 0 if it names no maximum
/// @param prefixes of the prompt, to bring those together that begin alike
public record LineEntry(
        int number,
        long offset,
        int length,
        int bodyOffset,
        int bodyLength,
        long customIdHash,
        LineEndpoint endpoint,
        String model,
        int inputTokens,
        int outputTokens,
        Prefixes prefixes) {

    /// What [#customIdHash] is for an id.
    public static long hashOf(String customId) {
        return new CustomIds().hash(customId.getBytes(StandardCharsets.UTF_8));
    }

    /// Hashes of the first bytes of a prompt (system, tools, messages), salted by account, so that nothing follows from
    /// two accounts' being equal. Where a prompt is shorter than a boundary, the hash is that of all of it.
    ///
    /// @param at64 of its first 64 bytes
    /// @param at256 of its first 256 bytes
    /// @param at1k of its first 1,024 bytes
    /// @param at4k of its first 4,096 bytes
    public record Prefixes(int at64, int at256, int at1k, int at4k) {}
}
