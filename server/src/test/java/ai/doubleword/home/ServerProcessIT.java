package ai.doubleword.home;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ServerProcess;
import ai.doubleword.platform.ServerProcess.Ended;
import ai.doubleword.simulator.Distribution;
import ai.doubleword.simulator.SimulatedModel;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The built program as its operator meets it: first start, second start, kills, refusals.
final class ServerProcessIT {
    private static final String HELLO =
            "{\"model\": \"doubleword-demo\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @AfterEach
    void endOrphans() {
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @Test
    void theFirstStartPrintsAKeyThatWorksAndTheSecondPrintsNone() {
        String key;
        ServerProcess.Plan plan = ServerProcess.in(folder.resolve("home"));
        try (ServerProcess first = plan.start()) {
            key = first.key();
            assertThat(first.output()).as("plain text, where it is no terminal").doesNotContain("\u001b");
            assertThat(first.post("/v1/chat/completions", key, HELLO).body()).contains("\"choices\"");
            assertThat(first.stop().status()).isEqualTo(143);
        }
        try (ServerProcess second = plan.start()) {
            assertThat(second.output()).doesNotContain("dw_sk_").doesNotContain("/claim/");
            assertThat(second.post("/v1/chat/completions", key, HELLO).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void afterAHardKillTheNextStartAdoptsTheDatabaseAndLosesNothing() {
        try (ServerProcess first = ServerProcess.in(folder.resolve("home")).start()) {
            String key = first.key();
            long postgres = first.postgresPid();
            first.kill();
            assertThat(ServerProcess.isPostgres(postgres)).isTrue();

            try (ServerProcess again = first.again().start()) {
                assertThat(again.postgresPid()).isEqualTo(postgres);
                assertThat(again.post("/v1/chat/completions", key, HELLO).statusCode())
                        .isEqualTo(200);
            }
            assertThat(ServerProcess.isPostgres(postgres))
                    .as("an adopted database stops with the server")
                    .isFalse();
        }
    }

    @Test
    void whenPostgresIsKilledAloneTheServerStartsItAgain() {
        try (ServerProcess server = ServerProcess.in(folder.resolve("home")).start()) {
            long killed = server.postgresPid();
            server.killPostgres();

            server.awaitOtherPostgres(killed);
            assertThat(server.post("/v1/chat/completions", server.key(), HELLO).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void afterBothAreKilledTheNextStartRecovers() {
        try (ServerProcess first = ServerProcess.in(folder.resolve("home")).start()) {
            String key = first.key();
            first.killPostgres();
            first.kill();
            try (ServerProcess again = first.again().start()) {
                assertThat(again.post("/v1/chat/completions", key, HELLO).statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void twoServersRunSideBySideAndASecondOneOnTheSameHomeIsRefusedByName() {
        try (ServerProcess one = ServerProcess.in(folder.resolve("home")).start();
                ServerProcess two = ServerProcess.in(folder.resolve("other")).start()) {
            assertThat(two.get("/v1/models", two.key()).statusCode()).isEqualTo(200);
            assertThat(two.get("/v1/models", one.key()).statusCode()).isEqualTo(401);

            Ended refused = one.again().onPort(ServerProcess.freePort()).refuse();
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.output()).contains("process " + one.pid()).contains("--home");
            assertThat(one.get("/health/ready", "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTakenPortIsRefusedWithTheRemedyAndLeavesNothingRunning() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Ended refused = ServerProcess.in(folder.resolve("home"))
                    .onPort(taken.getLocalPort())
                    .refuse();
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.output())
                    .contains("Port " + taken.getLocalPort())
                    .contains("--port")
                    .doesNotContain("WARN", "ERROR", "\tat ");
            assertThat(folder.resolve("home/db/18/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void aHomeThatCannotBeMadeIsRefusedWithTheRemedy() throws Exception {
        Path home = Files.createFile(folder.resolve("home"));
        Ended refused = ServerProcess.in(home).refuse();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output())
                .contains("home directory " + home)
                .contains("is a file")
                .contains("--home")
                .doesNotContain("\tat ");
    }

    @Test
    void aStopLetsAStreamFinishRecordsItAndEndsPostgres() throws Exception {
        Path home = folder.resolve("home");
        try (SimulatorServer upstream = slowUpstream(40);
                ServerProcess server = ServerProcess.in(home).start();
                InputStream stream = stream(server, upstream).body()) {
            long postgres = server.postgresPid();
            assertThat(stream.read()).isPositive();
            server.terminate();

            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("data: [DONE]\n\n");
            assertThat(server.awaitEnd().status()).isEqualTo(143);
            assertThat(ServerProcess.isPostgres(postgres)).isFalse();
            assertThat(home.resolve("db/18/postmaster.pid")).doesNotExist();
            try (Stream<Path> journal = Files.list(home.resolve("journal"))) {
                assertThat(journal).as("drained before PostgreSQL ended").isEmpty();
            }
        }
    }

    @Test
    void aStreamThatOutlivesTheTimeOfAStopIsRecordedAsFarAsItCame() throws Exception {
        Path home = folder.resolve("home");
        try (SimulatorServer upstream = slowUpstream(2_000);
                ServerProcess server = ServerProcess.in(home)
                        .withEnvironment("QUARKUS_SHUTDOWN_TIMEOUT", "1s")
                        .start()) {
            HttpResponse<InputStream> answer = stream(server, upstream);
            try (InputStream stream = answer.body()) {
                assertThat(stream.read()).isPositive();
                assertThat(server.stop().status()).isEqualTo(143);
            }
            long id = Ids.parse(
                            "req", answer.headers().firstValue("x-request-id").orElseThrow())
                    .orElseThrow();
            try (ServerProcess again = server.again().start();
                    Connection connection = ServerProcess.database(home);
                    PreparedStatement query = connection.prepareStatement("SELECT output FROM usage WHERE id = ?")) {
                query.setLong(1, id);
                again.await("its row", () -> hasRow(query));
            }
        }
    }

    @Test
    @Tag("S-08")
    void anotherMasterKeyIsRefused() {
        ServerProcess.Plan plan = ServerProcess.in(folder.resolve("home"));
        plan.start().close();
        Ended refused = plan.withEnvironment("DOUBLEWORD_MASTER_KEY", "A".repeat(43) + "=")
                .refuse();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("master key is not the one").doesNotContain("\tat ");
    }

    @Test
    void aDatabaseOfOnesOwnThatCannotBeReachedIsRefusedWithoutItsPassword() {
        Ended refused = ServerProcess.in(folder.resolve("home"))
                .withEnvironment("DATABASE_URL", "postgres://me:hunter2@127.0.0.1:" + ServerProcess.freePort() + "/dw")
                .withEnvironment("DOUBLEWORD_MASTER_KEY", "A".repeat(43) + "=")
                .refuse();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output())
                .contains("DATABASE_URL")
                .doesNotContain("hunter2")
                .doesNotContain("\tat ");
    }

    @Test
    @Tag("S-02")
    void whatTheHomeKeepsSecretOnlyItsOwnerMayRead() throws Exception {
        // As `mkdir` leaves it: everybody may look in.
        Path home = Files.createDirectory(
                folder.resolve("home"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (ServerProcess server = ServerProcess.in(home).start()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                    .isEqualTo("rwx------");
            try (var files = Files.list(home.resolve("secrets"))) {
                assertThat(files)
                        .isNotEmpty()
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
            assertThat(server.output()).contains("Doubleword is ready");
        }
    }

    /// A model `slow` that says a word each 50 ms.
    private static SimulatorServer slowUpstream(int tokens) {
        SimulatedModel slow = SimulatedModel.of("slow", SimulatedModel.Kind.CHAT)
                .tokens(tokens)
                .paced(Distribution.ZERO, Distribution.parse("50ms"));
        return SimulatorServer.start(new SimulatedModels(new SimulatorConfig(7, List.of(slow))), "127.0.0.1", 0, 1);
    }

    /// A stream from that model, which is added first.
    private static HttpResponse<InputStream> stream(ServerProcess server, SimulatorServer upstream) throws Exception {
        server.addChatModel("slow", upstream.port());
        HttpRequest request = server.request("/v1/chat/completions", server.key())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"model": "slow", "stream": true, "messages": [{"role": "user", "content": "Hello!"}]}
                        """))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    private static boolean hasRow(PreparedStatement query) {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next() && rows.getLong(1) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
