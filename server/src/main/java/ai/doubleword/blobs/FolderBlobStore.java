package ai.doubleword.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Blobs as files below a folder: `KIND/abc/ID`, where `abc` is one of 1,024 hashes of the id: so many that no folder
/// grows large, so few that most are there already when a blob is written.
///
/// A blob is written to `tmp/`, forced to disk, and then linked to its name, which fails if the name is taken; so
/// a name either leads to a whole file or to none, also after a power cut. Thread-safe.
final class FolderBlobStore implements BlobStore {
    private static final String UNFINISHED = "tmp";

    private static final int FOLDERS = 1_024;

    /// How long the names of folders were that had folders in them.
    private static final int DEEP = 2;

    private final Path root;
    private final Path unfinished;

    /// @param root made if it is not there, for this user alone
    FolderBlobStore(Path root) throws IOException {
        this.root = root;
        this.unfinished = root.resolve(UNFINISHED);
        if (!Files.isDirectory(unfinished)) {
            Files.createDirectories(
                    unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        moveDeepBlobs();
    }

    /// Until 2026-11 blobs lay in `KIND/ab/cd/ID`. May be done again after a kill.
    private void moveDeepBlobs() throws IOException {
        for (Path kind : folders(root)) {
            for (Path outer : folders(kind)) {
                if (outer.getFileName().toString().length() != DEEP) {
                    continue;
                }
                for (Path inner : folders(outer)) {
                    for (Path file : children(inner)) {
                        BlobName name = new BlobName(
                                kind.getFileName().toString(),
                                file.getFileName().toString());
                        Files.move(file, makeFolder(name).resolve(name.id()), StandardCopyOption.ATOMIC_MOVE);
                    }
                    Files.delete(inner);
                }
                Files.delete(outer);
            }
        }
    }

    private static List<Path> folders(Path folder) throws IOException {
        return children(folder).stream().filter(Files::isDirectory).toList();
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }

    @Override
    public BlobWriter create(BlobName name) throws IOException {
        Path file = unfinished.resolve(UUID.randomUUID().toString());
        return new Writer(name, file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public InputStream read(BlobName name, long offset, long bytes) throws IOException {
        try {
            FileChannel channel = FileChannel.open(path(name), StandardOpenOption.READ);
            channel.position(offset);
            return new BoundedInput(Channels.newInputStream(channel), bytes);
        } catch (NoSuchFileException e) {
            throw missing(name, e);
        }
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) throws IOException {
        try {
            return Optional.of(info(name, path(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(BlobName name) throws IOException {
        Files.deleteIfExists(path(name));
    }

    @Override
    public void list(String kind, Consumer<BlobInfo> reader) throws IOException {
        Path folder = root.resolve(kind);
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                try {
                    reader.accept(info(new BlobName(kind, file.getFileName().toString()), file));
                } catch (NoSuchFileException e) {
                    // Deleted meanwhile.
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    @Override
    public void check() throws IOException {
        Path probe = Files.createTempFile(unfinished, "check", "");
        Files.delete(probe);
        FileStore store = Files.getFileStore(root);
        if (store.getUsableSpace() == 0) {
            throw new IOException("the disk of " + root + " is full");
        }
    }

    /// Deletes what writers left that ended before their commit and have not written since.
    ///
    /// @return how many there were
    int sweep(Instant before) throws IOException {
        int swept = 0;
        try (Stream<Path> files = Files.list(unfinished)) {
            for (Path file : files.toList()) {
                try {
                    if (Files.getLastModifiedTime(file).toInstant().isBefore(before) && Files.deleteIfExists(file)) {
                        swept++;
                    }
                } catch (NoSuchFileException e) {
                    // Its writer ended meanwhile.
                }
            }
        }
        return swept;
    }

    private Path path(BlobName name) {
        return root.resolve(name.kind()).resolve(folder(name)).resolve(name.id());
    }

    private static String folder(BlobName name) {
        int hash = name.id().hashCode();
        hash ^= hash >>> 16;
        return HexFormat.of().toHexDigits(hash & (FOLDERS - 1), 3);
    }

    private static BlobInfo info(BlobName name, Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new BlobInfo(
                name, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    private static BlobMissingException missing(BlobName name, NoSuchFileException cause) {
        BlobMissingException missing = new BlobMissingException(name);
        missing.initCause(cause);
        return missing;
    }

    private final class Writer implements BlobWriter {
        private final BlobName name;
        private final Path file;
        private final FileChannel channel;
        private boolean done;

        Writer(BlobName name, Path file, FileChannel channel) {
            this.name = name;
            this.file = file;
            this.channel = channel;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public long commit() throws IOException {
            long size = channel.size();
            channel.force(true);
            channel.close();
            Path folder = makeFolder(name);
            Path target = folder.resolve(name.id());
            try {
                link(target);
            } catch (FileAlreadyExistsException e) {
                BlobExistsException exists = new BlobExistsException(name);
                exists.initCause(e);
                throw exists;
            }
            force(folder);
            done = true;
            return size;
        }

        private void link(Path target) throws IOException {
            try {
                Files.createLink(target, file);
                Files.delete(file);
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (UnsupportedOperationException | FileSystemException e) {
                // A file system without hard links.
                if (Files.exists(target)) {
                    throw new FileAlreadyExistsException(target.toString());
                }
                Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }

        @Override
        public void close() {
            if (done) {
                return;
            }
            done = true;
            try (channel) {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // Swept later.
            }
        }
    }

    /// Makes the folder of a blob, and the names of new ones durable.
    private Path makeFolder(BlobName name) throws IOException {
        Path path = root;
        for (String folder : List.of(name.kind(), folder(name))) {
            Path inner = path.resolve(folder);
            if (!Files.isDirectory(inner)) {
                try {
                    Files.createDirectory(inner);
                } catch (FileAlreadyExistsException e) {
                    // Another writer was faster, and may not have forced it yet.
                }
                force(path);
            }
            path = inner;
        }
        return path;
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
