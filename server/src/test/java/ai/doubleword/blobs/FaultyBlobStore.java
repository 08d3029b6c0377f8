package ai.doubleword.blobs;

import ai.doubleword.platform.Home;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The store of the server under test: a folder whose disk a test can fill.
@Alternative
@Priority(1)
@Singleton
public class FaultyBlobStore implements BlobStore {
    private final Path root;
    private final FolderBlobStore store;
    private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong refused = new AtomicLong();

    @Inject
    FaultyBlobStore(Home home) throws IOException {
        this(home.path().resolve("blobs-under-test"));
    }

    FaultyBlobStore(Path root) throws IOException {
        this.root = root;
        this.store = new FolderBlobStore(root);
    }

    /// From now on so many bytes can be written, then the disk is full.
    public void leaveRoom(long bytes) {
        room.set(bytes);
    }

    /// The disk is endless again.
    public void empty() {
        room.set(Long.MAX_VALUE);
    }

    /// How many writes found no room.
    public long refused() {
        return refused.get();
    }

    /// Every file below the folder in order, unfinished ones included; but for the results of batches, which come when
    /// they come.
    public List<Path> files() throws IOException {
        while (true) {
            try (Stream<Path> files = Files.walk(root)) {
                return files.filter(Files::isRegularFile)
                        .filter(file -> !file.startsWith(root.resolve("segment")))
                        .sorted()
                        .toList();
            } catch (UncheckedIOException e) {
                // A file went while the folder was read: read it again.
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public BlobWriter create(BlobName name) throws IOException {
        BlobWriter writer = store.create(name);
        return new BlobWriter() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (room.addAndGet(-length) < 0) {
                    throw full();
                }
                writer.write(bytes, offset, length);
            }

            @Override
            public long commit() throws IOException {
                if (room.get() < 0) {
                    throw full();
                }
                return writer.commit();
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }

    private IOException full() {
        refused.incrementAndGet();
        return new IOException("No space left on device");
    }

    @Override
    public InputStream read(BlobName name, long offset, long bytes) throws IOException {
        return store.read(name, offset, bytes);
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) throws IOException {
        return store.find(name);
    }

    @Override
    public void delete(BlobName name) throws IOException {
        store.delete(name);
    }

    @Override
    public void list(String kind, Consumer<BlobInfo> reader) throws IOException {
        store.list(kind, reader);
    }

    @Override
    public void check() throws IOException {
        store.check();
    }
}
