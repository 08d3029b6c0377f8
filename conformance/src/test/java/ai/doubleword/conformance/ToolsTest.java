package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ToolsTest {
    @JsonClassDescription("The weather in a city")
    static class GetWeather {
        @JsonPropertyDescription("The city's name")
        public @Nullable String city;
    }

    @Test
    void aToolCallRoundTrip() {
        var client = World.client();
        ChatCompletionCreateParams.Builder conversation =
                World.question("What is the weather in Kraków?").addTool(GetWeather.class);
        var forced = ChatCompletionNamedToolChoice.builder()
                .function(ChatCompletionNamedToolChoice.Function.builder()
                        .name("GetWeather")
                        .build())
                .build();
        var first = client.chat()
                .completions()
                .create(conversation.build().toBuilder().toolChoice(forced).build())
                .choices()
                .getFirst()
                .message();
        var call = first.toolCalls().orElseThrow().getFirst().asFunction();
        assertThat(call.function().name()).isEqualTo("GetWeather");
        assertThat(call.function().arguments(GetWeather.class).city).isNotNull();

        conversation
                .addMessage(first)
                .addMessage(ChatCompletionToolMessageParam.builder()
                        .toolCallId(call.id())
                        .content("{\"degrees\": 21}")
                        .build());
        assertThat(client.chat()
                        .completions()
                        .create(conversation.build())
                        .choices()
                        .getFirst()
                        .message()
                        .content()
                        .orElseThrow())
                .isNotEmpty();
    }
}
