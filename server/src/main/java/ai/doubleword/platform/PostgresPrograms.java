package ai.doubleword.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs `initdb` and `pg_ctl`. PostgreSQL refuses to run as root; in a user namespace without mapping (`unshare -U`)
/// root's files still belong to the process, but its user id is that of nobody.
final class PostgresPrograms {
    private final Path binaries;
    private final boolean asRoot;

    PostgresPrograms(Path binaries) throws IOException {
        this.binaries = binaries;
        this.asRoot = isRoot();
        if (asRoot) {
            requireUnshare();
        }
    }

    record Result(int status, String output) {}

    /// Runs a program to its end, at most for the seconds given; its output, both streams, is returned.
    Result run(long seconds, String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (asRoot) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return execute(command, seconds);
    }

    private static Result execute(List<String> command, long seconds) throws IOException {
        // Not a pipe: the postmaster that pg_ctl leaves behind would inherit it and keep it open for ever.
        Path output = Files.createTempFile("doubleword-", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(-1, "no end after " + seconds + " s: " + String.join(" ", command));
            }
            return new Result(process.exitValue(), head(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.getFirst(), e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String head(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return new String(in.readNBytes(16_384), StandardCharsets.UTF_8).strip();
        }
    }

    private static boolean isRoot() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
    }

    private static void requireUnshare() {
        String found;
        try {
            Result result = execute(List.of("unshare", "-U", "true"), 10);
            if (result.status() == 0) {
                return;
            }
            found = result.output();
        } catch (IOException e) {
            found = "the program `unshare` (util-linux) is missing";
        }
        throw new StartRefusedException(
                "PostgreSQL does not run as root, and a user namespace for it cannot be made: " + found + ".",
                "Start as another user, or set DATABASE_URL to a PostgreSQL (15 or newer) of your own.");
    }
}
