package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.gateway.TestGateway;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Clients get their answers whatever becomes of what is stored.
final class ResponseWriterTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void itGoesOnWhateverTheDatabaseDriverThrows() throws Exception {
        AtomicBoolean stored = new AtomicBoolean();
        AtomicBoolean failing = new AtomicBoolean(true);
        ResponseWriter writer = new ResponseWriter(group -> {
            if (failing.getAndSet(false)) {
                throw new AssertionError("the connection ended within a message");
            }
            stored.set(true);
        });
        writer.start();
        try {
            add(writer);
            assertThat(stored).isFalse();
            add(writer);
            assertThat(stored).isTrue();
        } finally {
            writer.stop();
        }
    }

    @Test
    void whatComesWhileAGroupIsWrittenIsTheNext() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Integer> groups = new CopyOnWriteArrayList<>();
        ResponseWriter writer = new ResponseWriter(group -> {
            groups.add(group.size());
            writing.countDown();
            await(goOn);
        });
        writer.start();
        try {
            CountDownLatch answered = new CountDownLatch(8);
            add(writer, 1, answered);
            await(writing);
            for (int id = 2; id <= 8; id++) {
                add(writer, id, answered);
            }
            goOn.countDown();
            await(answered);
            assertThat(groups).containsExactly(1, 7);
            add(writer);
            assertThat(groups).containsExactly(1, 7, 1);
        } finally {
            writer.stop();
        }
    }

    @Test
    void oneThatCannotBeStoredTakesNoOtherWithIt() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Set<Long> stored = ConcurrentHashMap.newKeySet();
        ResponseWriter writer = new ResponseWriter(group -> {
            writing.countDown();
            await(goOn);
            if (group.stream().anyMatch(kept -> kept.response().id() == 3)) {
                throw new SQLException("there is one of this id");
            }
            group.forEach(kept -> stored.add(kept.response().id()));
        });
        writer.start();
        try {
            CountDownLatch answered = new CountDownLatch(4);
            add(writer, 1, answered);
            await(writing);
            for (int id = 2; id <= 4; id++) {
                add(writer, id, answered);
            }
            goOn.countDown();
            await(answered);
            assertThat(stored).containsExactlyInAnyOrder(1L, 2L, 4L);
        } finally {
            writer.stop();
        }
    }

    private static void add(ResponseWriter writer) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        add(writer, 9, answered);
        await(answered);
    }

    private static void add(ResponseWriter writer, long id, CountDownLatch answered) throws Exception {
        ObjectNode body = (ObjectNode) JSON.readTree("{\"model\":\"m\",\"input\":\"hi\"}");
        StoredResponse response = new StoredResponse(id, ResponsesRequest.accepted(body), JSON.createObjectNode(), 0);
        writer.add(StoredResponses.Kept.of(TestGateway.principal(1), response), answered::countDown);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
