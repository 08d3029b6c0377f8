package ai.doubleword.gateway;

import ai.doubleword.providers.Target;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/// Changes to a body as a list of (from, to, bytes), applied in one copy: what is not named stays as the client wrote
/// it, byte for byte, so the order of keys and the spelling of numbers survive. Not thread-safe.
final class Edits {
    private static final byte[] NOTHING = {};
    private static final byte[] STREAM_OPTIONS_MEMBER = Bytes.ascii(",\"stream_options\":{\"include_usage\":true}");
    private static final byte[] STREAM_OPTIONS = Bytes.ascii("{\"include_usage\":true}");
    private static final byte[] INCLUDE_USAGE_FIRST = Bytes.ascii("{\"include_usage\":true,");
    private static final byte[] TRUE = Bytes.ascii("true");

    private int count;
    private int[] from = new int[8];
    private int[] to = new int[8];
    private byte[][] with = new byte[8][];

    /// What a target needs changed in a request.
    static Edits forTarget(Buffer body, RequestScan scan, Target target) {
        Edits edits = new Edits();
        if (!scan.modelName.equals(target.upstreamModel())) {
            edits.replace(scan.model.from, scan.model.to, Bytes.quoted(target.upstreamModel()));
        }
        Target.Quirks quirks = target.quirks();
        if (scan.streamed && quirks.takesStreamUsage() && !scan.usageWanted) {
            edits.askForUsage(scan);
        }
        boolean dropFormat = scan.encodingFormat.present() && scan.base64 && !quirks.takesBase64();
        boolean dropService = !quirks.takesServiceTier()
                && (scan.serviceTier.present() || scan.background.present() || scan.store.present());
        boolean dropStream = scan.whole && (scan.stream.present() || scan.streamOptions.present());
        if (dropFormat || dropService || dropStream) {
            edits.remove(
                    Bytes.of(body),
                    dropService ? scan.serviceTier : null,
                    dropService ? scan.background : null,
                    dropService ? scan.store : null,
                    dropFormat ? scan.encodingFormat : null,
                    dropStream ? scan.stream : null,
                    dropStream ? scan.streamOptions : null);
        }
        return edits;
    }

    /// What a target needs changed in a request [as it was written][AsWritten].
    static Edits asWritten(Buffer body, RequestScan scan, Target target) {
        Edits edits = new Edits();
        if (!scan.modelName.equals(target.upstreamModel())) {
            edits.replace(scan.model.from, scan.model.to, Bytes.quoted(target.upstreamModel()));
        }
        if (scan.serviceTier.present() && !target.quirks().takesServiceTier()) {
            edits.remove(Bytes.of(body), scan.serviceTier);
        }
        return edits;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /// Replaces `[start, end)` of the body. Ranges must not overlap; any order.
    void replace(int start, int end, byte[] bytes) {
        if (count == from.length) {
            from = Arrays.copyOf(from, count * 2);
            to = Arrays.copyOf(to, count * 2);
            with = Arrays.copyOf(with, count * 2);
        }
        int i = count++;
        while (i > 0 && from[i - 1] > start) {
            from[i] = from[i - 1];
            to[i] = to[i - 1];
            with[i] = with[i - 1];
            i--;
        }
        from[i] = start;
        to[i] = end;
        with[i] = bytes;
    }

    /// The body with all changes; the body itself where there are none.
    Buffer apply(Buffer body) {
        if (count == 0) {
            return body;
        }
        Bytes bytes = Bytes.of(body);
        return Bytes.buffer(apply(bytes.array(), bytes.from(), bytes.to()));
    }

    /// The same for a range of an array; the edits' positions count from `start`.
    byte[] apply(byte[] array, int start, int end) {
        int length = end - start;
        for (int i = 0; i < count; i++) {
            length += with[i].length - (to[i] - from[i]);
        }
        byte[] edited = new byte[length];
        int read = start;
        int written = 0;
        for (int i = 0; i < count; i++) {
            int kept = start + from[i] - read;
            System.arraycopy(array, read, edited, written, kept);
            written += kept;
            System.arraycopy(with[i], 0, edited, written, with[i].length);
            written += with[i].length;
            read = start + to[i];
        }
        System.arraycopy(array, read, edited, written, end - read);
        return edited;
    }

    private void askForUsage(RequestScan scan) {
        RequestScan.Field options = scan.streamOptions;
        if (!options.present()) {
            replace(scan.stream.to, scan.stream.to, STREAM_OPTIONS_MEMBER);
        } else if (scan.includeUsage.present()) {
            replace(scan.includeUsage.from, scan.includeUsage.to, TRUE);
        } else if (scan.streamOptionsFilled) {
            replace(options.from, options.from + 1, INCLUDE_USAGE_FIRST);
        } else {
            replace(options.from, options.to, STREAM_OPTIONS);
        }
    }

    /// Removes members with the comma that falls away: the one before, if a member before it stays, else the one after.
    private void remove(Bytes bytes, RequestScan.@org.jspecify.annotations.Nullable Field... members) {
        for (RequestScan.Field member : members) {
            if (member == null || !member.present()) {
                continue;
            }
            int goneBefore = 0;
            for (RequestScan.Field other : members) {
                goneBefore += other != null && other.present() && other.member < member.member ? 1 : 0;
            }
            if (goneBefore < member.member) {
                replace(commaBefore(bytes, member.keyFrom), member.to, NOTHING);
            } else {
                replace(member.keyFrom, nextMember(bytes, member.to), NOTHING);
            }
        }
    }

    private static int commaBefore(Bytes bytes, int key) {
        int i = key - 1;
        while (bytes.array()[bytes.from() + i] != ',') {
            i--;
        }
        return i;
    }

    /// The key after the comma that follows, or the end of this value if it is the last one.
    private static int nextMember(Bytes bytes, int valueEnd) {
        int i = valueEnd;
        while (bytes.array()[bytes.from() + i] != '"') {
            if (bytes.array()[bytes.from() + i] == '}') {
                return valueEnd;
            }
            i++;
        }
        return i;
    }
}
