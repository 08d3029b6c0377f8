package ai.doubleword.platform;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// PostgreSQL's programs, as they stand in the class path for this platform, unpacked once into a folder.
final class PostgresBinaries {
    /// The version of the artifacts that the parent POM pins; names the folder, so that an upgrade unpacks anew.
    static final String VERSION = "18.6.0";

    /// Names the folder of the data, which another major version cannot read.
    static final String MAJOR = VERSION.substring(0, VERSION.indexOf('.'));

    private PostgresBinaries() {}

    /// Unpacks into `root/VERSION` unless that is there, and returns it. Several processes may do so at once: each
    /// unpacks beside it and the first rename wins.
    ///
    /// @throws StartRefusedException when the class path has no PostgreSQL for this platform
    static Path unpackInto(Path root) throws IOException {
        Path target = root.resolve(VERSION);
        if (Files.isExecutable(target.resolve("bin/postgres"))) {
            return target;
        }
        Files.createDirectories(root);
        Path fresh = Files.createTempDirectory(root, VERSION + "-");
        try (InputStream archive = open()) {
            unpack(archive, fresh);
        } catch (IOException e) {
            // Most often the disk is full: what was unpacked so far must not keep it so.
            FileTrees.delete(fresh);
            throw e;
        }
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isExecutable(target.resolve("bin/postgres"))) {
                throw e;
            }
            FileTrees.delete(fresh);
        }
        return target;
    }

    private static InputStream open() {
        String name = resourceName(System.getProperty("os.name"), System.getProperty("os.arch"));
        InputStream archive = Thread.currentThread().getContextClassLoader().getResourceAsStream(name);
        if (archive == null) {
            throw new StartRefusedException(
                    "This build has no PostgreSQL for " + System.getProperty("os.name") + " on "
                            + System.getProperty("os.arch") + ".",
                    "Set DATABASE_URL to a PostgreSQL (15 or newer) of your own.");
        }
        return archive;
    }

    static String resourceName(String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = switch (arch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> arch;
        };
        return "postgres-" + system + '-' + machine + ".txz";
    }

    private static void unpack(InputStream archive, Path into) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = into.resolve(entry.getName()).normalize();
                if (!path.startsWith(into)) {
                    throw new IOException("entry outside of the archive: " + entry.getName());
                }
                write(tar, entry, path);
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, path);
        if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
