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

    @Test
    void whatIsFollowedHereAndRunsElsewhereIsAwaited() {
        try (LiveRuns.Ear ear = runs.listen(9)) {
            assertThat(runs.awaited()).as("who listens may not be let in yet").isEmpty();
            ear.await(Duration.ZERO);
            assertThat(runs.awaited()).containsExactly(9L);
            LiveRuns.Run here = runs.begin(9, 2);
            assertThat(runs.awaited()).isEmpty();
            assertThat(runs.running()).containsExactly(9L);
            here.end();
            assertThat(runs.running()).isEmpty();
            assertThat(runs.awaited()).as("it broke off").containsExactly(9L);
        }
        assertThat(runs.awaited()).isEmpty();
    }

    @Test
    void aCopyTakesWhatFitsAndTheNewestRunAlone() {
        EventLog first = log(2, 3);
        EventLog second = log(100_002, 2);
        byte[] all = first.after(0, Integer.MAX_VALUE);
        byte[] one = first.after(0, 1);
        byte[] rest = first.after(one.length, Integer.MAX_VALUE);
        assertThat(runs.heard(10, 2, 5, all)).as("nobody listens").isTrue();
        try (LiveRuns.Ear ear = runs.listen(10)) {
            assertThat(runs.heard(10, 2, one.length, rest))
                    .as("the first is missing")
                    .isFalse();
            assertThat(runs.heard(10, 2, 0, one)).isTrue();
            assertThat(numbers(ear)).containsExactly(2L);
            assertThat(runs.heard(10, 2, one.length + 1, rest))
                    .as("a byte is missing")
                    .isFalse();
            assertThat(runs.heard(10, 2, one.length, rest)).isTrue();
            assertThat(runs.heard(10, 2, one.length, rest)).as("once more").isTrue();
            assertThat(numbers(ear)).containsExactly(3L, 4L);
            assertThat(runs.heard(10, 2, 0, all)).as("anew").isTrue();
            assertThat(numbers(ear)).containsExactly(2L, 3L, 4L);
            assertThat(runs.heard(10, 100_002, 7, all)).isFalse();
            assertThat(runs.heard(10, 100_002, 0, second.after(0, Integer.MAX_VALUE)))
                    .isTrue();
            assertThat(runs.heard(10, 2, 0, all)).as("of the run before").isTrue();
            assertThat(numbers(ear)).containsExactly(100_002L, 100_003L);
            LiveRuns.Run here = runs.begin(10, 200_002);
            assertThat(runs.heard(10, 300_002, 0, all)).as("it runs here").isTrue();
            here.say(event());
            assertThat(numbers(ear)).containsExactly(200_002L);
            here.end();
        }
    }

    private static EventLog log(long first, int events) {
        EventLog log = new EventLog(first);
        for (int i = 0; i < events; i++) {
            log.append(event());
        }
        return log;
    }

    private static List<Long> numbers(LiveRuns.Ear ear) {
        return ear.news().stream()
                .map(event -> event.path("sequence_number").asLong())
                .toList();
    }

    private static ObjectNode event() {
        return JSON.createObjectNode().put("type", "response.output_text.delta").put("delta", "x");
    }
}
