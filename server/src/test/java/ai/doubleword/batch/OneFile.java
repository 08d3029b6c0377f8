package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.jsonl.LineEndpoint;
import ai.doubleword.jsonl.LineEntry;
import ai.doubleword.jsonl.LineIndexWriter;
import ai.doubleword.keys.Principal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/// One uploaded file of chat lines for one model, for tests of the engine without the Files API.
final class OneFile implements BatchFiles {
    private final BatchFile file;

    private OneFile(BatchFile file) {
        this.file = file;
    }

    /// What one line asks.
    ///
    /// @param fields of the body beside its model, as JSON
    record Line(String fields, LineEntry.Prefixes prefixes) {}

    /// Lines named `line-0`, `line-1` and so on, all of which begin alike.
    static OneFile of(BlobStore blobs, long id, Principal key, String model, int lines) throws IOException {
        return of(
                blobs,
                id,
                key,
                model,
                IntStream.range(0, lines)
                        .mapToObj(i -> new Line(
                                "\"messages\":[{\"role\":\"user\",\"content\":\"line-%d\"}],\"stream\":true"
                                        .formatted(i),
                                new LineEntry.Prefixes(1, 2, 3, 4)))
                        .toList());
    }

    static OneFile of(BlobStore blobs, long id, Principal key, String model, List<Line> lines) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        LineIndexWriter writer = new LineIndexWriter(index);
        for (int i = 0; i < lines.size(); i++) {
            String before = "{\"custom_id\":\"line-%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                    .formatted(i);
            String body = "{\"model\":\"%s\",%s}".formatted(model, lines.get(i).fields());
            writer.add(new LineEntry(
                    i + 1,
                    text.size(),
                    before.length() + body.length() + 1,
                    before.length(),
                    body.length(),
                    i,
                    LineEndpoint.CHAT,
                    model,
                    10,
                    0,
                    lines.get(i).prefixes()));
            text.writeBytes((before + body + "}\n").getBytes(StandardCharsets.UTF_8));
        }
        writer.finish();
        BlobName input = BlobName.of("input", id);
        BlobName indexName = BlobName.of("index", id);
        put(blobs, input, text.toByteArray());
        put(blobs, indexName, index.toByteArray());
        return new OneFile(new BatchFile(
                id,
                key.account(),
                key.member(),
                key.keyId(),
                "in.jsonl",
                input,
                new BlobSlice(indexName, 0, index.size()),
                text.size(),
                lines.size(),
                "",
                List.of(new BatchFile.ModelLines(
                        model, LineEndpoint.CHAT.url(), lines.size(), 10L * lines.size(), 0, lines.size())),
                Instant.now(),
                Optional.empty()));
    }

    private static void put(BlobStore blobs, BlobName name, byte[] bytes) throws IOException {
        try (BlobWriter blob = blobs.create(name)) {
            blob.write(bytes, 0, bytes.length);
            blob.commit();
        }
    }

    @Override
    public Optional<BatchFile> find(Principal key, String id) {
        return Optional.of(file);
    }

    @Override
    public Optional<BatchFile> take(Handle handle, Principal key, String id) {
        return Optional.of(file);
    }

    @Override
    public Optional<BatchFile> find(long account, long id) {
        return Optional.of(file);
    }

    @Override
    public Map<Long, BatchFile> find(Handle handle, Collection<Use> files) {
        return files.stream().map(Use::file).distinct().collect(Collectors.toMap(id -> id, id -> file));
    }

    @Override
    public long sight(Principal key) {
        return 0;
    }

    @Override
    public long sight(long account, long member) {
        return 0;
    }

    @Override
    public boolean governs(long account, long member) {
        return true;
    }

    @Override
    public boolean use(Handle handle, long account, long id) {
        return true;
    }

    @Override
    public void release(Handle handle, List<Use> ended) {
        // It is always there.
    }

    @Override
    public void addOutputs(Handle handle, long batch, BatchFile input, List<Output> outputs) {
        // Nobody lists files here.
    }

    @Override
    public void deleteOutputs(Handle handle, long account, long batch) {
        // Nobody lists files here.
    }

    @Override
    public boolean hold(Handle handle, long account, long file) {
        return true;
    }

    @Override
    public void keepOutputs(Handle handle, long account, long batch, Duration life) {
        // Nothing expires here.
    }

    @Override
    public void sizeOutputs(Handle handle, List<Written> written) {
        // Nobody lists files here.
    }
}
