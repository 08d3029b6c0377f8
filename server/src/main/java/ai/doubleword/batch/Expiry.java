package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.jsonl.LineEntry;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jdbi.v3.core.Handle;

/// The end of a window: who still works on the batch is fenced, and what was not done is written to its error file
/// as `batch_expired`; a pack has none, and its lines say so by themselves. Two steps, each of which may be done
/// again after a kill. Blocks.
final class Expiry {
    private final Database database;
    private final Endings endings;
    private final BatchFiles files;
    private final BlobStore blobs;
    private final Ids ids;

    Expiry(Database database, Endings endings, BatchFiles files, BlobStore blobs, Ids ids) {
        this.database = database;
        this.endings = endings;
        this.files = files;
        this.blobs = blobs;
        this.ids = ids;
    }

    /// Nothing of the batch is recorded from now on.
    void begin(long batch) {
        database.engine().useTransaction(handle -> {
            if (BatchStore.lock(handle, batch).isPresent()
                    && BatchStore.status(handle, batch) == BatchStatus.IN_PROGRESS) {
                BatchStore.move(handle, List.of(batch), BatchStatus.IN_PROGRESS, BatchStatus.FINALIZING);
                ChunkStore.cancelAll(handle, batch);
                endings.settle(handle, batch);
            }
        });
    }

    /// Writes down what was not done; does nothing for a batch that is not there yet or any more.
    void finish(long id) throws IOException {
        Batch batch = database.engine()
                .withHandle(handle -> BatchStore.byIds(handle, List.of(id)).stream()
                        .findFirst()
                        .filter(found -> found.status() == BatchStatus.FINALIZING)
                        .orElse(null));
        if (batch == null) {
            return;
        }
        // Nobody changes chunks of a batch that is finalizing.
        List<ChunkStore.Whole> chunks = database.engine().withHandle(handle -> ChunkStore.all(handle, id));
        List<Slice> slices = batch.pack() ? List.of() : write(batch, chunks);
        try {
            database.engine().useTransaction(handle -> record(handle, id, slices));
        } catch (SQLException e) {
            throw new IOException("PostgreSQL did not take it", e);
        }
    }

    private List<Slice> write(Batch batch, List<ChunkStore.Whole> chunks) throws IOException {
        BatchFile file = files.find(batch.account(), batch.inputFile())
                .orElseThrow(() -> new IOException("the input file is gone"));
        InputLines input = InputLines.open(blobs, file);
        BlobName blob = BlobName.of(Recorder.SEGMENT, ids.next());
        List<Slice> slices = new ArrayList<>();
        try (BlobWriter writer = blobs.create(blob)) {
            long at = 0;
            for (ChunkStore.Whole chunk : chunks) {
                LineBits undone = LineBits.all(chunk.chunk().lines())
                        .without(chunk.chunk().done());
                if (undone.count() == 0) {
                    continue;
                }
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ByteArrayOutputStream positions = new ByteArrayOutputStream();
                LineEntry[] entries = input.entries(chunk.lines());
                for (int place = 0; place < entries.length; place++) {
                    if (undone.has(place)) {
                        String customId = input.read(entries[place]).customId();
                        out.writeBytes(ResultLine.expired(ids.next(), customId));
                        positions.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                                .putInt(chunk.lines()[place])
                                .array());
                    }
                }
                int failedBytes = out.size();
                out.writeBytes(positions.toByteArray());
                byte[] all = out.toByteArray();
                CRC32C crc = new CRC32C();
                crc.update(all, 0, all.length);
                writer.write(all, 0, all.length);
                slices.add(new Slice(
                        new ChunkStore.Key(batch.id(), chunk.chunk().no()),
                        0,
                        chunk.chunk().epoch(),
                        new BlobSlice(blob, at, all.length),
                        LineBits.none(chunk.chunk().lines()),
                        undone,
                        0,
                        failedBytes,
                        (int) crc.getValue()));
                at += all.length;
            }
            writer.commit();
        }
        return slices;
    }

    private void record(Handle handle, long batch, List<Slice> slices) throws SQLException {
        int next = BatchStore.lock(handle, batch).orElse(-1);
        if (next < 0 || BatchStore.status(handle, batch) != BatchStatus.FINALIZING) {
            return;
        }
        List<Integer> seqs = new ArrayList<>();
        for (int i = 0; i < slices.size(); i++) {
            seqs.add(next + i);
        }
        SegmentStore.insert(handle.getConnection(), slices, seqs);
        // They were not tried, so they did not fail.
        SegmentStore.add(
                handle.getConnection(),
                List.of(new SegmentStore.Added(batch, next + slices.size(), 0, 0, Batch.Used.NOTHING)));
        endings.expire(handle, batch);
    }
}
