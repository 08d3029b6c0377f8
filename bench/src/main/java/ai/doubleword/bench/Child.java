package ai.doubleword.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A process of ours on the core of what is measured, its output in a file.
final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// @param core where all its threads run; -1: anywhere
    static Child start(int core, Path log, List<String> command) {
        try {
            // Without a core of its own it may use all, not only the one that this process is held to.
            String cores = core >= 0
                    ? Integer.toString(core)
                    : Files.readString(Path.of("/sys/devices/system/cpu/online"))
                            .strip();
            List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cores));
            pinned.addAll(command);
            Process process = new ProcessBuilder(pinned)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            // Nothing of ours outlives a bench that is interrupted.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            return new Child(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), e);
        }
    }

    long pid() {
        // taskset becomes what it starts, so this is the process itself.
        return process.pid();
    }

    Path log() {
        return log;
    }

    /// With `--urgent`: gives a process and all below it the precedence that the bench has. Each process of
    /// PostgreSQL is a session of its own, for the scheduler too, and would starve beside the server.
    static void favour(long pid) {
        if (System.getenv("BENCH_URGENT") != null) {
            ProcessHandle.of(pid)
                    .ifPresent(process -> Stream.concat(Stream.of(process), process.descendants())
                            .forEach(each -> favourOne(each.pid())));
        }
    }

    private static void favourOne(long pid) {
        try {
            Files.writeString(Path.of("/proc/" + pid + "/autogroup"), "-19");
        } catch (IOException e) {
            // It has just ended.
            if (ProcessHandle.of(pid).isPresent()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Waits until somebody listens on the port.
    void awaitPort(int port) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    break;
                }
                pause(Duration.ofMillis(5));
            }
        }
        throw new IllegalStateException("no answer on port " + port + "; see " + log + ":\n" + tail());
    }

    private String tail() {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 2000));
        } catch (IOException e) {
            return "";
        }
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `kill -9`, and waits until it is gone.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /// As a service manager would: a request to end, then force.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
