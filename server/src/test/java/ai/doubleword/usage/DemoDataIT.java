package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Demo data on an empty system, from its start to its end.
final class DemoDataIT {
    private static final String DEMO = "/admin/api/v1/demo";

    @TempDir
    Path folder;

    @AfterEach
    void endOrphans() {
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @Test
    void anEmptySystemIsFilledRefusesMoreAndIsEmptiedAgain() throws SQLException {
        Path home = folder.resolve("home");
        ServerProcess.Plan plan =
                ServerProcess.in(home).with("--demo").withEnvironment("DOUBLEWORD_DEMO_CALLS_FOR", "3s");
        UsageReader usage = new UsageReader(home);
        try (ServerProcess server = plan.start()) {
            server.await("demo data is there", () -> server.output().contains("Demo data is there: "));
            assertThat(server.get(DEMO, server.operatorToken()).body()).contains("\"state\":\"there\"");
            assertThat(usage.rows()).isGreaterThan(8_000);
            assertThat(usage.verdict(List.of(), Duration.ofSeconds(60)))
                    .as("rows and rollups agree")
                    .isEmpty();
            assertThat(server.run("users", "list")).contains("demo-ada", "demo-grace", "demo-alan");
            assertThat(server.run("models", "list")).contains("demo-large", "demo-reasoning");
            assertThat(usage.count("SELECT count(*) FROM batch WHERE input_file <> 0 AND status = 3"))
                    .isEqualTo(2);
            assertThat(usage.count("SELECT count(*) FROM batch WHERE input_file <> 0 AND status = 7"))
                    .isOne();
            assertThat(usage.count("SELECT count(*) FROM single_line")).isEqualTo(5);
            assertThat(usage.count("SELECT count(*) FROM webhook_endpoint WHERE NOT enabled"))
                    .isOne();
            assertThat(server.post(DEMO, server.operatorToken(), "").statusCode())
                    .isEqualTo(409);
            assertThat(server.stop().status()).isEqualTo(143);
        }
        try (ServerProcess again = plan.start()) {
            again.await("it refuses", () -> again.output().contains("goes into an empty system only"));
            assertThat(again.run("demo", "remove")).contains("The demo data is gone.");

            assertThat(usage.verdict(List.of(), Duration.ofSeconds(60))).isEmpty();
            assertThat(usage.rows()).isZero();
            for (String table : List.of("batch", "single_line", "segment", "file", "webhook_endpoint")) {
                assertThat(usage.count("SELECT count(*) FROM " + table))
                        .as(table)
                        .isZero();
            }
            assertThat(again.run("users", "list")).doesNotContain("demo-");
            assertThat(again.run("models", "list")).doesNotContain("demo-large").contains("doubleword-demo");
            HttpResponse<String> state = again.get(DEMO, again.operatorToken());
            assertThat(state.body()).contains("\"state\":\"possible\"");
        }
    }
}
