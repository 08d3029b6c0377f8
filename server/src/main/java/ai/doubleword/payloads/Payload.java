package ai.doubleword.payloads;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// A payload on its way into the store, bounded.
record Payload(long request, long account, Buffer asked, boolean askedCut, Buffer answered, boolean answeredCut) {
    int bytes() {
        return asked.length() + answered.length();
    }

    /// Compressed, as it is sealed.
    byte[] packed() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(packed))) {
            write(out, asked, askedCut);
            write(out, answered, answeredCut);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static KeptPayload unpacked(byte[] packed) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(packed)))) {
            boolean askedCut = in.readBoolean();
            String asked = read(in);
            boolean answeredCut = in.readBoolean();
            return new KeptPayload(asked, askedCut, read(in), answeredCut);
        }
    }

    private static void write(DataOutputStream out, Buffer text, boolean cut) throws IOException {
        out.writeBoolean(cut);
        out.writeInt(text.length());
        out.write(text.getBytes());
    }

    private static String read(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
