package ai.doubleword.home;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import ai.doubleword.platform.ServerProcess.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The built program as its operator meets it: first start, second start, kills, refusals.
final class ServerProcessIT {
    private static final String HELLO =
            "{\"model\": \"doubleword-demo\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";

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
            assertThat(first.post("/v1/chat/completions", key, HELLO).body()).contains("\"choices\"");
            assertThat(first.stop().status()).isIn(0, 143);
        }
        try (ServerProcess second = plan.start()) {
            assertThat(second.output()).doesNotContain("dw_sk_").doesNotContain("/claim/");
            assertThat(second.post("/v1/chat/completions", key, HELLO).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whenPostgresIsKilledAloneTheServerStartsItAgain() throws InterruptedException {
        try (ServerProcess server = ServerProcess.in(folder.resolve("home")).start()) {
            long killed = server.postgresPid();
            server.killPostgres();

            long end = System.nanoTime() + 30_000_000_000L;
            while (System.nanoTime() < end && !answersAfter(server, killed)) {
                Thread.sleep(50);
            }
            assertThat(server.postgresPid()).isNotEqualTo(killed);
            server.awaitReady();
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

    private static boolean answersAfter(ServerProcess server, long killed) {
        try {
            return server.postgresPid() != killed;
        } catch (java.io.UncheckedIOException e) {
            return false;
        }
    }
}
