package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.errors.NotFoundException;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.StructuredResponseCreateParams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResponsesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<ResponseStatus> OPEN = Set.of(ResponseStatus.QUEUED, ResponseStatus.IN_PROGRESS);

    static class Port {
        public @Nullable String name;
        public int berths;
    }

    private final OpenAIClient client = World.client();

    @Test
    void createRetrieveDelete() {
        Response made = client.responses().create(hello().build());
        assertThat(made.validate().status()).contains(ResponseStatus.COMPLETED);
        assertThat(text(made)).isNotEmpty();
        assertThat(text(client.responses().retrieve(made.id()))).isEqualTo(text(made));
        client.responses().delete(made.id());
        assertThatThrownBy(() -> client.responses().retrieve(made.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void stream() {
        List<ResponseStreamEvent> events = new ArrayList<>();
        try (var stream = client.responses().createStreaming(hello().build())) {
            stream.stream().forEach(events::add);
        }
        events.forEach(ResponseStreamEvent::validate);
        String deltas = events.stream()
                .filter(ResponseStreamEvent::isOutputTextDelta)
                .map(event -> event.asOutputTextDelta().delta())
                .collect(Collectors.joining());
        assertThat(text(events.getLast().asCompleted().response())).isEqualTo(deltas);
    }

    @Test
    void parseWithASchema() {
        StructuredResponseCreateParams<Port> params = ResponseCreateParams.builder()
                .model(World.CHAT)
                .input("Describe a port.")
                .text(Port.class)
                .build();
        Port port = client.responses().create(params).output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .findFirst()
                .orElseThrow();
        assertThat(port.name).isNotNull();
    }

    @Test
    void previousResponse() {
        Response first = client.responses().create(hello().build());
        Response second =
                client.responses().create(hello().previousResponseId(first.id()).build());
        assertThat(second.previousResponseId()).contains(first.id());
        assertThat(second.usage().orElseThrow().inputTokens())
                .isGreaterThan(first.usage().orElseThrow().inputTokens());
    }

    @Test
    void backgroundAndPoll() throws InterruptedException {
        Response made = client.responses().create(hello().background(true).build());
        assertThat(made.status()).contains(ResponseStatus.QUEUED);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (OPEN.contains(made.status().orElseThrow()) && System.nanoTime() < deadline) {
            Thread.sleep(100);
            made = client.responses().retrieve(made.id());
        }
        assertThat(made.validate().status()).contains(ResponseStatus.COMPLETED);
        assertThat(text(made)).isNotEmpty();
    }

    @Test
    void backgroundAndCancel() {
        Response made = client.responses()
                .create(hello().model(World.SLOW).background(true).build());
        assertThat(client.responses().cancel(made.id()).status()).contains(ResponseStatus.CANCELLED);
    }

    private static ResponseCreateParams.Builder hello() {
        return ResponseCreateParams.builder().model(World.CHAT).input("Hello");
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .map(output -> output.text())
                .collect(Collectors.joining());
    }
}
