package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LiveRunsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SAID = 5_000;

    private final LiveRuns runs = new LiveRuns();

    @Test
    void whoeverListensHearsAllWhenTheyCameAndHoweverSlowTheyAre() throws Exception {
        try (ExecutorService listeners = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch there = new CountDownLatch(5);
            List<Future<List<Long>>> heard = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int slowness = i;
                heard.add(listeners.submit(() -> {
                    try (LiveRuns.Ear ear = runs.listen(7)) {
                        there.countDown();
                        return hear(ear, slowness);
                    }
                }));
            }
            there.await();
            LiveRuns.Run run = runs.begin(7, 2);
            for (int i = 0; i < SAID; i++) {
                run.say(event());
            }
            heard.add(listeners.submit(() -> {
                try (LiveRuns.Ear late = runs.listen(7)) {
                    return hear(late, 0);
                }
            }));
            for (Future<List<Long>> one : heard) {
                assertThat(one.get()).hasSize(SAID).isSorted().startsWith(2L).endsWith(SAID + 1L);
            }
            run.end();
        }
    }

    private static List<Long> hear(LiveRuns.Ear ear, int slowness) {
        List<Long> numbers = new ArrayList<>();
        while (numbers.size() < SAID) {
            List<ObjectNode> news = ear.news();
            news.forEach(event -> numbers.add(event.path("sequence_number").asLong()));
            LockSupport.parkNanos(slowness * 100_000L);
            if (news.isEmpty()) {
                ear.await(LONG);
            }
        }
        return numbers;
    }

    @Test
    void aNewRunTakesThePlaceOfTheOneThatBrokeOff() {
        try (LiveRuns.Ear ear = runs.listen(8)) {
            LiveRuns.Run first = runs.begin(8, 2);
            first.say(event());
            assertThat(ear.news()).hasSize(1);
            first.end();
            LiveRuns.Run second = runs.begin(8, 100_002);
            second.say(event());
            ear.await(LONG);
            assertThat(ear.news())
                    .singleElement()
                    .satisfies(event ->
                            assertThat(event.path("sequence_number").asLong()).isEqualTo(100_002));
            second.end();
        }
        try (LiveRuns.Ear later = runs.listen(8)) {
            assertThat(later.news()).as("nothing is left of runs that ended").isEmpty();
        }
    }

    private static ObjectNode event() {
        return JSON.createObjectNode().put("type", "response.output_text.delta").put("delta", "x");
    }
}
