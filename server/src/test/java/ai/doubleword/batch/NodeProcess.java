package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// A [SingleLineNode] in a process of its own; what it says is read by a thread.
final class NodeProcess {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final Writer to;
    private final LongConsumer durable;
    private final LongConsumer ran;
    private final CountDownLatch ready = new CountDownLatch(1);

    /// What nodes share, and where they write.
    ///
    /// @param settings of the database
    /// @param more of [SingleLineNode]'s arguments
    record Place(Map<String, String> settings, Path folder, long account, List<String> more) {}

    /// Starts it, and waits until it takes lines.
    ///
    /// @param durable hears of each line that is said to be durable
    /// @param ran hears of each call of a model
    NodeProcess(Place place, String name, LongConsumer durable, LongConsumer ran)
            throws IOException, InterruptedException {
        this.durable = durable;
        this.ran = ran;
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                SingleLineNode.class.getName(),
                place.settings().get("doubleword.database.url"),
                place.settings().get("doubleword.database.migration-url"),
                place.folder().resolve("blobs").toString(),
                Long.toString(place.account()),
                name));
        command.addAll(place.more());
        process = new ProcessBuilder(command)
                .redirectError(place.folder().resolve(name + ".log").toFile())
                .start();
        to = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        Thread.startVirtualThread(this::read);
        assertThat(ready.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private void read() {
        try (BufferedReader from =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                if (line.equals("ready")) {
                    ready.countDown();
                } else if (line.startsWith("durable ")) {
                    durable.accept(Long.parseLong(line.substring("durable ".length())));
                } else if (line.startsWith("ran ")) {
                    ran.accept(Long.parseLong(line.substring("ran ".length())));
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
    }

    void submit(long id) {
        try {
            to.write(id + "\n");
            to.flush();
        } catch (IOException e) {
            // It was killed; nobody was told that the line is durable.
        }
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }
}
