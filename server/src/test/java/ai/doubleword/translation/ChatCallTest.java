package ai.doubleword.translation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Chat completions over models that serve Responses alone.
class ChatCallTest {
    private static final TokenCounts USAGE = new TokenCounts(10, 4, 1, 20, 7);
    private static final long AT = 1_800_000_000;

    @TestFactory
    Stream<DynamicTest> chatRequestsBecomeResponses() throws IOException {
        return vectors()
                .map(vector -> DynamicTest.dynamicTest(
                        vector.get("name").textValue(),
                        () -> assertThat(Json.strict().readTree(responses(vector.get("chat"))))
                                .isEqualTo(vector.get("responses"))));
    }

    @TestFactory
    Stream<DynamicTest> whatResponsesCannotSayIsRefusedByName() {
        return Map.of(
                        "n", "2",
                        "stop", "\"x\"",
                        "logit_bias", "{\"1\":2}",
                        "frequency_penalty", "0.5",
                        "presence_penalty", "1",
                        "modalities", "[\"audio\"]",
                        "audio", "{}",
                        "functions", "[{}]",
                        "web_search_options", "{}")
                .entrySet()
                .stream()
                .map(wrong -> DynamicTest.dynamicTest(wrong.getKey(), () -> {
                    String chat =
                            "{\"model\":\"m\",\"messages\":[],\"" + wrong.getKey() + "\":" + wrong.getValue() + "}";
                    assertThat(refusal(chat).param()).isEqualTo(wrong.getKey());
                }));
    }

    @Test
    void wrongMessagesAreNamed() {
        assertThat(refusal("{\"model\":\"m\"}").param()).isEqualTo("messages");
        assertThat(refusal("{\"model\":\"m\",\"messages\":[1]}").param()).isEqualTo("messages[0]");
        assertThat(refusal("{\"model\":\"m\",\"messages\":[{\"role\":\"king\"}]}")
                        .param())
                .isEqualTo("messages[0].role");
        assertThat(refusal("{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}")
                        .param())
                .isEqualTo("messages[0].tool_call_id");
        assertThat(refusal("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"smell\"}]}]}")
                        .param())
                .isEqualTo("messages[0].content[0].type");
    }

    /// Over random conversations: there and back they are the same.
    @Test
    void conversationsGoThereAndBack() throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        for (int round = 0; round < 2_000; round++) {
            ObjectNode chat = Json.object().put("model", "m");
            ArrayNode messages = chat.putArray("messages");
            for (int i = random.nextInt(5); i >= 0; i--) {
                turn(messages, random);
            }
            ResponsesRequest request = RequestTranslationTest.good(new String(responses(chat), StandardCharsets.UTF_8));
            JsonNode back =
                    Json.strict().readTree(((ResponsesRequest.Translation.Good) request.toChat(List.of())).body());
            assertThat(back).isEqualTo(chat);
        }
    }

    /// Over random answers: as a response and back they are the message that the model wrote, whole and streamed.
    @Test
    void answersGoThereAndBack() throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        for (int round = 0; round < 2_000; round++) {
            ObjectNode message = AnswerTranslationTest.message(random);
            String reason = random.nextInt(4) == 0 ? "length" : message.has("tool_calls") ? "tool_calls" : "stop";
            byte[] completion = AnswerTranslationTest.completion(message.toString(), reason);
            ResponseDraft draft = AnswerTranslationTest.draft("{}");

            JsonNode whole =
                    Json.strict().readTree(ChatCall.completion(Json.bytes(draft.answered(completion, USAGE, AT))));
            assertSame(whole.at("/choices/0/message"), message);
            assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo(reason);
            assertThat(whole.path("usage").toString())
                    .isEqualTo("{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30,"
                            + "\"prompt_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":1},"
                            + "\"completion_tokens_details\":{\"reasoning_tokens\":7}}");

            List<byte[]> chunks = new ArrayList<>();
            ChatStream back = new ChatStream(chunks::add);
            ResponseStream stream = new ResponseStream(draft, event -> back.event(Json.bytes(event)));
            stream.begin();
            assertThat(chunks).isEmpty();
            for (String piece : AnswerTranslationTest.pieces(message, random)) {
                stream.chunk(AnswerTranslationTest.chunk(piece, null));
            }
            stream.chunk(AnswerTranslationTest.chunk("{}", reason));
            stream.finish(USAGE, AT);
            assertThat(back.ended()).isTrue();
            assertSame(gathered(chunks, reason), message);
            assertThat(Json.strict().readTree(chunks.getLast()).path("usage")).isEqualTo(whole.path("usage"));
        }
    }

    @Test
    void whatIsSaidInOnePieceOnlyIsSaidAllTheSame() throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        ChatStream stream = new ChatStream(chunks::add);
        for (String event : List.of(
                "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":5}}",
                "{\"type\":\"response.output_text.done\",\"output_index\":0,\"content_index\":0,\"text\":\"Hi\"}",
                "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"type\":\"function_call\","
                        + "\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"\"}}",
                "{\"type\":\"response.function_call_arguments.done\",\"output_index\":1,\"arguments\":\"{}\"}",
                "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\"}}")) {
            stream.event(event.getBytes(StandardCharsets.UTF_8));
        }
        JsonNode message = gathered(chunks, "tool_calls");
        assertThat(message.path("content").asText()).isEqualTo("Hi");
        assertThat(message.at("/tool_calls/0/function/arguments").asText()).isEqualTo("{}");
        assertThat(Json.strict().readTree(chunks.getFirst()).path("id").asText())
                .isEqualTo("chatcmpl-1");
    }

    @Test
    void aFailureIsAnError() throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        ChatStream stream = new ChatStream(chunks::add);
        String failed =
                "{\"status\":\"failed\",\"output\":[],\"error\":{\"code\":\"server_error\",\"message\":\"No.\"}}";
        stream.event(("{\"type\":\"response.failed\",\"response\":" + failed + "}").getBytes(StandardCharsets.UTF_8));
        JsonNode said = Json.strict().readTree(chunks.getFirst());
        assertThat(said.at("/error/message").asText()).isEqualTo("No.");
        assertThat(stream.ended()).isTrue();
        JsonNode whole = Json.strict().readTree(ChatCall.completion(failed.getBytes(StandardCharsets.UTF_8)));
        assertThat(whole.at("/error/code").asText()).isEqualTo("server_error");
    }

    private static void turn(ArrayNode messages, SplittableRandom random) {
        switch (random.nextInt(4)) {
            case 0 -> messages.addObject().put("role", "user").put("content", AnswerTranslationTest.text(random));
            case 1 -> {
                messages.addObject().put("role", "user").put("content", "x");
                messages.addObject().put("role", "assistant").put("content", AnswerTranslationTest.text(random));
            }
            case 2 -> {
                ArrayNode parts = messages.addObject().put("role", "user").putArray("content");
                parts.addObject().put("type", "text").put("text", AnswerTranslationTest.text(random));
                parts.addObject()
                        .put("type", "image_url")
                        .putObject("image_url")
                        .put("url", "https://a.example/b.png");
            }
            default -> {
                messages.addObject().put("role", "user").put("content", "y");
                ObjectNode said = messages.addObject().put("role", "assistant").putNull("content");
                if (random.nextBoolean()) {
                    said.put("reasoning_content", AnswerTranslationTest.text(random));
                }
                int calls = 1 + random.nextInt(3);
                for (int i = 0; i < calls; i++) {
                    ObjectNode call = said.withArray("/tool_calls").addObject().put("id", "c" + i);
                    call.put("type", "function");
                    call.putObject("function").put("name", "f").put("arguments", "{\"a\":" + i + "}");
                }
                for (int i = 0; i < calls; i++) {
                    messages.addObject()
                            .put("role", "tool")
                            .put("tool_call_id", "c" + i)
                            .put("content", AnswerTranslationTest.text(random));
                }
            }
        }
    }

    private static void assertSame(JsonNode back, JsonNode message) {
        for (String field : new String[] {"content", "refusal", "reasoning_content"}) {
            assertThat(back.path(field).asText(""))
                    .as(field)
                    .isEqualTo(message.path(field).asText(""));
        }
        assertThat(back.path("tool_calls")).isEqualTo(message.path("tool_calls"));
    }

    /// What the chunks of a stream say together.
    private static ObjectNode gathered(List<byte[]> chunks, String reason) throws IOException {
        ObjectNode message = Json.object();
        Map<Integer, ObjectNode> calls = new TreeMap<>();
        String finish = "";
        for (byte[] json : chunks) {
            JsonNode chunk = Json.strict().readTree(json);
            assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
            JsonNode delta = chunk.at("/choices/0/delta");
            for (String field : new String[] {"content", "refusal", "reasoning_content"}) {
                if (delta.has(field)) {
                    message.put(
                            field,
                            message.path(field).asText("") + delta.get(field).asText());
                }
            }
            for (JsonNode part : delta.path("tool_calls")) {
                ObjectNode call = calls.computeIfAbsent(part.path("index").asInt(), first -> {
                    ObjectNode made = Json.object();
                    made.set("id", part.path("id"));
                    made.set("type", part.path("type"));
                    made.putObject("function").set("name", part.at("/function/name"));
                    return made;
                });
                ObjectNode function = (ObjectNode) call.get("function");
                function.put(
                        "arguments",
                        function.path("arguments").asText("")
                                + part.at("/function/arguments").asText(""));
            }
            finish = chunk.at("/choices/0/finish_reason").isTextual()
                    ? chunk.at("/choices/0/finish_reason").textValue()
                    : finish;
        }
        if (!calls.isEmpty()) {
            message.putArray("tool_calls").addAll(calls.values());
        }
        assertThat(finish).isEqualTo(reason);
        return message;
    }

    private static byte[] responses(JsonNode chat) {
        return ((ChatCall.Translation.Good) ChatCall.toResponses(Json.bytes(chat))).body();
    }

    private static Problem refusal(String chat) {
        return ((ChatCall.Translation.Refused) ChatCall.toResponses(chat.getBytes(StandardCharsets.UTF_8))).problem();
    }

    private static Stream<JsonNode> vectors() throws IOException {
        try (InputStream in = ChatCallTest.class.getResourceAsStream("/translation/chat_calls.json")) {
            JsonNode all = Json.strict().readTree(Objects.requireNonNull(in));
            return StreamSupport.stream(all.spliterator(), false);
        }
    }
}
