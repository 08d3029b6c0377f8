package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients and operators see while PostgreSQL is gone, and that nothing is lost by it. `-Doutage=60` makes
/// the long outage that long; its default is just longer than keys count as fresh.
@Tag("faults")
final class OutageIT {
    private static final String HELLO =
            "{\"model\": \"doubleword-demo\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(60);

    private final Duration outage = Duration.ofSeconds(Integer.getInteger("outage", 8));

    @TempDir
    Path folder;

    @AfterEach
    void endOrphan() {
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @Test
    @Tag("S-19")
    void whilePostgresIsGoneInferenceGoesOnAndItsUsageWaits() throws Exception {
        Path home = folder.resolve("home");
        try (ServerProcess server = ServerProcess.in(home).start();
                Clients clients = new Clients(server, server.key(), 4, new SplittableRandom(1))) {
            String operator = server.operatorToken();
            server.await("load", () -> clients.finished().size() > 100);
            server.takePostgresAway();
            server.await("the drain is told", () -> readiness(server).contains("\"drain\""));
            int before = clients.finished().size();

            long until = System.nanoTime() + outage.toNanos();
            server.await("management knows", () -> keys(server, operator).statusCode() == 503);
            HttpResponse<String> management = keys(server, operator);
            assertThat(management.body()).contains("database_unavailable");
            assertThat(management.headers().firstValue("retry-after")).isPresent();
            server.await("the outage of keys is told", () -> readiness(server).contains("\"outage\""));
            LockSupport.parkNanos(until - System.nanoTime());
            assertThat(server.get("/health/ready", "").statusCode()).isEqualTo(200);
            assertThat(clients.finished()).hasSizeGreaterThan(before + 100);

            server.bringPostgresBack();
            server.await("management", () -> keys(server, operator).statusCode() == 200);
            server.await("the drain goes on", () -> !readiness(server).contains("\"drain\""));
            clients.stop();
            assertThat(clients.answers(200))
                    .as("no answer but 200: %s", clients)
                    .isEqualTo(clients.answers());
            assertThat(new UsageReader(home).verdict(clients.finished(), DRAINED_WITHIN))
                    .isEmpty();
        }
    }

    @Test
    @Tag("S-19")
    void whilePostgresIsRestartedNoRequestFailsAndNoneIsLost() throws Exception {
        Path home = folder.resolve("home");
        try (ServerProcess server = ServerProcess.in(home).start();
                Clients clients = new Clients(server, server.key(), 4, new SplittableRandom(4))) {
            for (int restart = 0; restart < 3; restart++) {
                int before = clients.finished().size();
                server.await("load", () -> clients.finished().size() > before + 100);
                long pid = server.postgresPid();
                server.stopPostgres();
                server.awaitOtherPostgres(pid);
            }
            clients.stop();
            assertThat(clients.answers(200))
                    .as("no answer but 200: %s", clients)
                    .isEqualTo(clients.answers());
            assertThat(new UsageReader(home).verdict(clients.finished(), DRAINED_WITHIN))
                    .isEmpty();
        }
    }

    @Test
    @Tag("S-19")
    void whenTheLeaseOfAnOutageIsOverInferenceIsRefusedForNowAndNotForGood() {
        try (ServerProcess server = ServerProcess.in(folder.resolve("home"))
                .withEnvironment("DOUBLEWORD_KEYS_OUTAGE_LEASE", "2s")
                .start()) {
            String key = server.key();
            assertThat(chat(server, key).statusCode()).isEqualTo(200);
            server.takePostgresAway();
            server.await("refused", () -> chat(server, key).statusCode() != 200);

            HttpResponse<String> refused = chat(server, key);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(server.get("/health/ready", "").statusCode()).isEqualTo(503);
            assertThat(readiness(server)).contains("\"stale\"");

            server.bringPostgresBack();
            server.await("served again", () -> chat(server, key).statusCode() == 200);
        }
    }

    @Test
    @Tag("S-19")
    void whenTheJournalIsFullNewRequestsAreRefusedAndThoseAdmittedAreRecorded() throws Exception {
        Path home = folder.resolve("home");
        try (ServerProcess server = ServerProcess.in(home)
                        .withEnvironment("DOUBLEWORD_USAGE_JOURNAL_MAX_BYTES", "65536")
                        .start();
                Clients clients = new Clients(server, server.key(), 4, new SplittableRandom(2))) {
            String key = server.key();
            server.await("load", () -> clients.finished().size() > 100);
            server.takePostgresAway();
            server.await("full", () -> clients.answers(503) > 20);

            HttpResponse<String> refused = chat(server, key);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("no_capacity");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(readiness(server)).contains("journal is full");

            server.bringPostgresBack();
            int before = clients.finished().size();
            server.await("served again", () -> clients.finished().size() > before + 100);
            clients.stop();
            assertThat(clients.answers(200) + clients.answers(503)).isEqualTo(clients.answers());
            assertThat(new UsageReader(home).verdict(clients.finished(), DRAINED_WITHIN))
                    .isEmpty();
        }
    }

    @Test
    void aTornJournalTailIsCutAtTheNextStartAndWhatIsBeforeItCounts() throws Exception {
        Path home = folder.resolve("home");
        List<Long> finished;
        try (ServerProcess server = ServerProcess.in(home).start()) {
            try (Clients clients = new Clients(server, server.key(), 4, new SplittableRandom(3))) {
                server.await("load", () -> clients.finished().size() > 100);
                server.takePostgresAway();
                int before = clients.finished().size();
                server.await("usage that waits", () -> clients.finished().size() > before + 100);
                server.kill();
                clients.stop();
                finished = clients.finished();
            }
            tear(home.resolve("journal"));
            server.bringPostgresBack();
            try (ServerProcess again = server.again().start()) {
                assertThat(new UsageReader(home).verdict(finished, DRAINED_WITHIN))
                        .isEmpty();
                again.await("the tail", () -> again.output().contains("ends in a torn record"));
            }
        }
    }

    /// Adds the first half of a record to the newest file, as a power cut in the middle of a write does.
    private static void tear(Path journal) throws IOException {
        try (Stream<Path> files = Files.list(journal)) {
            Path newest = files.max(
                            Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .orElseThrow();
            byte[] half = Arrays.copyOf(Files.readAllBytes(newest), 40);
            Files.write(newest, half, StandardOpenOption.APPEND);
        }
    }

    private static HttpResponse<String> chat(ServerProcess server, String key) {
        return server.post("/v1/chat/completions", key, HELLO);
    }

    private static HttpResponse<String> keys(ServerProcess server, String operator) {
        return server.get("/admin/api/v1/users/current/api-keys", operator);
    }

    private static String readiness(ServerProcess server) {
        return server.get("/health/ready", "").body();
    }
}
