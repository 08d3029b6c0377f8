package ai.doubleword.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The home directory, held by this process alone from [#open] to [#close]. The operating system gives the lock back
/// when a process ends in whatever way, so that no leftover ever blocks a start. Thread-safe.
public final class Home implements AutoCloseable {
    private static final long LEAST_FREE_MEBIBYTES = 64;

    private final Path path;
    private final FileChannel channel;

    private Home(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Makes the directory if it is not there, and takes its lock. A new or empty one gets mode 0700; one that holds
    /// something else too keeps its own, but what is ours in it is for its owner alone.
    ///
    /// @throws StartRefusedException when another process holds it, it cannot be written, or the disk is full
    public static Home open(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(absolute) || isEmpty(absolute)) {
                SecretFile.folder(absolute);
            }
            for (String folder : new String[] {"secrets", "run", "logs", "journal"}) {
                SecretFile.folder(absolute.resolve(folder));
            }
            requireSpace(absolute);
            return new Home(absolute, lock(absolute));
        } catch (IOException e) {
            throw new StartRefusedException(
                    "The home directory " + absolute + " cannot be used: " + reason(e) + ".",
                    "Make it writable for this user, or choose another with --home.",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    /// Files that only this user may read: master key, the database's password.
    public Path secrets() {
        return path.resolve("secrets");
    }

    /// What lasts as long as the server runs: its address, the operator's token.
    public Path run() {
        return path.resolve("run");
    }

    public Path logs() {
        return path.resolve("logs");
    }

    /// Gives the lock back.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static @Nullable String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case FileAlreadyExistsException file -> file.getFile() + " is a file";
            default -> failure.getMessage();
        };
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new StartRefusedException(
                    "Another Doubleword uses the home " + path + ": " + describeHolder(path) + ".",
                    "Stop that one, or give this one a home of its own with --home DIR and another --port.");
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }

    private static String describeHolder(Path path) throws IOException {
        String pid = Files.readString(path.resolve("lock")).strip();
        return pid.isEmpty() ? "a process that is just starting" : "process " + pid;
    }

    private static void requireSpace(Path path) throws IOException {
        long free = Files.getFileStore(path).getUsableSpace() >> 20;
        if (free < LEAST_FREE_MEBIBYTES) {
            throw new StartRefusedException(
                    "The disk of " + path + " is full: " + free + " MiB are left, " + LEAST_FREE_MEBIBYTES
                            + " MiB are the least to start with.",
                    "Free some space, or choose another place with --home.");
        }
    }
}
