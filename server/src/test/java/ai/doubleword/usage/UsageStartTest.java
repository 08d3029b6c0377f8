package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Database;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

@QuarkusTest
class UsageStartTest {
    @Inject
    UsageSink sink;

    @Inject
    Database database;

    @Test
    void aRecordedRequestIsInTheRequestLogWithinASecond() throws Exception {
        UsageRecord row = new UsageRecords(System.nanoTime()).chat();
        CountDownLatch durable = new CountDownLatch(1);
        assertThat(sink.reserve()).isTrue();
        sink.record(row, durable::countDown);
        assertThat(durable.await(10, TimeUnit.SECONDS)).isTrue();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (rows(row.id()) == 0) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(10);
        }
        assertThat(rows(row.id())).isEqualTo(1);
    }

    @Test
    void healthAndMetricsTellOfTheJournal() throws Exception {
        assertThat(get("/q/health/ready", "/health/ready"))
                .contains("\"journal\"")
                .contains("limit_bytes");
        assertThat(get("/q/metrics", "/metrics"))
                .contains("doubleword_journal_bytes")
                .contains("doubleword_journal_lag_seconds")
                .contains("doubleword_usage_rows_total")
                .contains("doubleword_drain_failures_total");
    }

    private long rows(long id) {
        return database.engine()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM usage WHERE id = :id")
                        .bind("id", id)
                        .mapTo(Long.class)
                        .one());
    }

    private static String get(String framePath, String path) throws IOException, InterruptedException {
        int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String candidate : new String[] {path, framePath}) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + candidate))
                                .build(),
                        BodyHandlers.ofString());
                if (answer.statusCode() != 404) {
                    return answer.body();
                }
            }
            return "";
        }
    }
}
