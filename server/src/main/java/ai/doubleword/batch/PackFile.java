package ai.doubleword.batch;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The requests of a pack, in one blob that is named by it: the length of the head (four bytes, big-endian), the
/// head with an entry for each line, then notes and body of each. Numbers as [DataOutputStream] writes them.
final class PackFile implements ChunkRequests {
    static final String KIND = "pack";

    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final BlobStore blobs;
    private final BlobName blob;
    private final Endpoints endpoints;
    private final Entry[] entries;

    /// A line as the head knows it.
    ///
    /// @param tokens estimate of input and output together
    /// @param at offset in the blob of notes and body
    private record Entry(long id, String endpoint, int tokens, long at, int noteBytes, int bodyBytes) {}

    private PackFile(BlobStore blobs, BlobName blob, Endpoints endpoints, Entry[] entries) {
        this.blobs = blobs;
        this.blob = blob;
        this.endpoints = endpoints;
        this.entries = entries;
    }

    /// The name of a pack's blob.
    static BlobName name(long pack) {
        return BlobName.of(KIND, pack);
    }

    /// A line that is to be written.
    record Line(SingleLine line, int tokens) {}

    /// Writes a pack; durable when it returns.
    static void write(BlobStore blobs, long pack, List<Line> lines) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(head);
        out.writeInt(lines.size());
        for (Line line : lines) {
            SingleLine single = line.line();
            byte[] notes = single.metadata().isEmpty() ? new byte[0] : JSON.writeValueAsBytes(single.metadata());
            out.writeLong(single.id());
            out.writeUTF(single.endpoint());
            out.writeInt(line.tokens());
            out.writeInt(notes.length);
            out.writeInt(single.body().length);
            rest.writeBytes(notes);
            rest.writeBytes(single.body());
        }
        byte[] size = ByteBuffer.allocate(Integer.BYTES).putInt(head.size()).array();
        try (BlobWriter writer = blobs.create(name(pack))) {
            writer.write(size, 0, size.length);
            writer.write(head.toByteArray(), 0, head.size());
            writer.write(rest.toByteArray(), 0, rest.size());
            writer.commit();
        }
    }

    static PackFile open(BlobStore blobs, long pack, Endpoints endpoints) throws IOException {
        BlobName blob = name(pack);
        int size = ByteBuffer.wrap(blobs.readFully(blob, 0, Integer.BYTES)).getInt();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(blobs.readFully(blob, Integer.BYTES, size)));
        Entry[] entries = new Entry[in.readInt()];
        long at = Integer.BYTES + (long) size;
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new Entry(in.readLong(), in.readUTF(), in.readInt(), at, in.readInt(), in.readInt());
            at += (long) entries[i].noteBytes() + entries[i].bodyBytes();
        }
        return new PackFile(blobs, blob, endpoints, entries);
    }

    @Override
    public int count() {
        return entries.length;
    }

    @Override
    public int number(int place) {
        return place + 1;
    }

    @Override
    public long tokens(int place) {
        return entries[place].tokens();
    }

    @Override
    public LineInput read(int place) throws IOException {
        Entry entry = entries[place];
        EndpointHandler endpoint = endpoints
                .find(entry.endpoint())
                .orElseThrow(() -> new IOException("nobody here runs requests of " + entry.endpoint()));
        byte[] body = blobs.readFully(blob, entry.at() + entry.noteBytes(), entry.bodyBytes());
        return new LineInput(entry.id(), Long.toString(entry.id()), endpoint, body);
    }

    /// What was submitted.
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Submitted(String endpoint, byte[] body, Map<String, String> metadata) {}

    Submitted submitted(int place) throws IOException {
        Entry entry = entries[place];
        byte[] both = blobs.readFully(blob, entry.at(), entry.noteBytes() + entry.bodyBytes());
        byte[] notes = Arrays.copyOf(both, entry.noteBytes());
        return new Submitted(
                entry.endpoint(),
                Arrays.copyOfRange(both, entry.noteBytes(), both.length),
                notes.length == 0 ? Map.of() : JSON.readValue(notes, TEXTS));
    }
}
