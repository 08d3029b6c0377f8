package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.gateway.TestGateway;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    private static void add(ResponseWriter writer) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        ObjectNode body = (ObjectNode) JSON.readTree("{\"model\":\"m\",\"input\":\"hi\"}");
        StoredResponse response = new StoredResponse(1, ResponsesRequest.accepted(body), JSON.createObjectNode(), 0);
        writer.add(StoredResponses.Kept.of(TestGateway.principal(1), response), answered::countDown);
        assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
