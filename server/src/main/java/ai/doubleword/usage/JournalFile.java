package ai.doubleword.usage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// One file of the journal. Written by one start of the program only, from its beginning to its end; the writer,
/// the forcing thread and the drain share it through two offsets that only grow. Holds a file lock while it is
/// open, so that nobody adopts the journal of a process that lives.
final class JournalFile {
    private static final String SUFFIX = ".journal";

    private final String id;
    private final Path path;
    private final FileChannel channel;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private volatile long written;
    private volatile long forced;
    private final boolean ours;
    private volatile boolean sealed;

    private JournalFile(String id, Path path, FileChannel channel, long size, boolean ours) {
        this.id = id;
        this.path = path;
        this.channel = channel;
        this.written = size;
        this.forced = size;
        this.ours = ours;
    }

    /// Begins a new file, and makes sure that its name survives a power cut.
    static JournalFile create(Path directory, String id) throws IOException {
        Path path = directory.resolve(id + SUFFIX);
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.tryLock();
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
        return new JournalFile(id, path, channel, 0, true);
    }

    /// Opens what an earlier start left; nothing if a living process still writes it.
    static @Nullable JournalFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean ours = false;
        try {
            ours = channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        } finally {
            if (!ours) {
                channel.close();
            }
        }
        if (!ours) {
            return null;
        }
        String name = String.valueOf(path.getFileName());
        JournalFile file = new JournalFile(
                name.substring(0, name.length() - SUFFIX.length()), path, channel, channel.size(), false);
        file.sealed = true;
        return file;
    }

    static boolean isJournal(Path path) {
        return path.toString().endsWith(SUFFIX);
    }

    String id() {
        return id;
    }

    /// Whether this start writes it.
    boolean ours() {
        return ours;
    }

    /// Bytes that the operating system has.
    long written() {
        return written;
    }

    /// Bytes that the disk has; the drain reads no further.
    long forced() {
        return forced;
    }

    /// Whether no more will be written.
    boolean sealed() {
        return sealed;
    }

    void seal() {
        sealed = true;
    }

    /// Writes a whole group behind the last one. After an error nothing moved: the same bytes written again go to the
    /// same place, so that no part of a failed group is ever read twice.
    void write(ByteBuffer group) throws IOException {
        int start = group.position();
        long at = written;
        try {
            while (group.hasRemaining()) {
                at += channel.write(group, at);
            }
        } catch (IOException e) {
            group.position(start);
            throw e;
        }
        written = at;
    }

    /// Forces what was written; true if there was something.
    boolean force() throws IOException {
        long target = written;
        if (target == forced) {
            return false;
        }
        channel.force(false);
        forced = target;
        return true;
    }

    /// Reads into the buffer from an offset, not beyond `end`.
    void read(ByteBuffer into, long from, long end) throws IOException {
        into.limit((int) Math.min(into.capacity(), into.position() + Math.max(0, end - from)));
        long at = from;
        while (into.hasRemaining()) {
            int n = channel.read(into, at);
            if (n < 0) {
                return;
            }
            at += n;
        }
    }

    /// Has `durable` run when the disk or the database has everything up to `offset`, as `settle` is told.
    void await(long offset, Runnable durable) {
        waiting.add(new Waiting(offset, durable));
    }

    /// Runs what waits for offsets up to this one. Called by one thread only.
    void settle(long offset) {
        for (Waiting next = waiting.peek(); next != null && next.offset <= offset; next = waiting.peek()) {
            waiting.poll();
            next.durable.run();
        }
    }

    void close() throws IOException {
        channel.close();
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    private record Waiting(long offset, Runnable durable) {}
}
