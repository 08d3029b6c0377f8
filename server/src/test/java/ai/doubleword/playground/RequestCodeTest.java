package ai.doubleword.playground;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.docs.Language;
import ai.doubleword.docs.Samples;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
class RequestCodeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SIMPLE = """
            {"model": "doubleword-demo", "messages": [{"role": "system", "content": "Be brief."},
             {"role": "user", "content": "Say \\"hi\\", it's \\u0060late\\u0060:\\n1 \\\\ 2"}],
             "temperature": 0.5, "stop": ["END", "\\"\\"\\""]}
            """;
    private static final String RICH = """
            {"model": "doubleword-demo", "messages": [{"role": "user", "content": [{"type": "text", "text": "a\\"b"}]},
             {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function",
             "function": {"name": "f", "arguments": "{}"}}]}, {"role": "tool", "tool_call_id": "1", "content": "x"}],
             "tools": [{"type": "function", "function": {"name": "f", "strict": true}}], "max_tokens": 5}
            """;

    @Inject
    Samples samples;

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @TestHTTPResource("/")
    URI server;

    @TempDir
    static Path folder;

    @Test
    void pythonSaysItInItsOwnWords() throws IOException {
        assertThat(program(Language.PYTHON, RICH))
                .contains("""
                        reply = client.chat.completions.create(
                            model="doubleword-demo",
                            messages=[
                        """.stripTrailing())
                .contains("\"content\": None,", "\"strict\": True,", "    max_tokens=5,\n)\n")
                .doesNotContain("Hello!");
    }

    @Test
    void goSaysItInItsOwnWords() throws IOException {
        assertThat(program(Language.GO, SIMPLE))
                .contains(
                        "openai.SystemMessage(\"Be brief.\"),",
                        "openai.UserMessage(\"Say \\\"hi\\\", it's `late`:\\n1 \\\\ 2\"),",
                        "}, option.WithJSONSet(\"temperature\", 0.5), option.WithJSONSet(\"stop\", json.RawMessage(`",
                        "\t\"context\"\n\t\"encoding/json\"\n");
        assertThat(program(Language.GO, RICH))
                .contains("option.WithJSONSet(\"messages\", json.RawMessage(`[")
                .doesNotContain("Messages:");
    }

    @Test
    void javascriptHoldsTheRequestAsItIs() throws IOException {
        assertThat(program(Language.JAVASCRIPT, RICH))
                .contains("  model: \"doubleword-demo\",\n  messages: [ {", "  max_tokens: 5,\n});\n");
    }

    @Test
    void theLineIsOneOfABatchFile() throws IOException {
        String line = RequestCode.line(JSON.readTree(SIMPLE));
        assertThat(line).endsWith("}\n").doesNotContainPattern("\\n.");
        JsonNode read = JSON.readTree(line);
        assertThat(read.path("custom_id").asText()).isEqualTo("request-1");
        assertThat(read.path("url").asText()).isEqualTo("/v1/chat/completions");
        assertThat(read.path("body")).isEqualTo(JSON.readTree(SIMPLE));
    }

    @Test
    void whatIsShownForTheShellRuns() throws IOException, InterruptedException {
        for (String request : new String[] {SIMPLE, RICH}) {
            Path script = Files.writeString(folder.resolve("sample.sh"), program(Language.CURL, request));
            assertThat(run("sh", "-eu", script.toString())).contains("\"choices\"");
        }
    }

    @Test
    void javaSaysItInItsOwnWords() throws IOException {
        assertThat(program(Language.JAVA, SIMPLE))
                .contains(
                        "import com.openai.core.JsonValue;\nimport com.openai.models.",
                        ".addSystemMessage(\"Be brief.\")",
                        ".putAdditionalBodyProperty(\"temperature\", JsonValue.from(0.5))",
                        "void main() throws Exception {");
        assertThat(program(Language.JAVA, RICH))
                .contains(".messages(JsonValue.from(new ObjectMapper().readTree(\"\"\"");
    }

    private String program(Language language, String request) throws IOException {
        return new RequestCode(samples).program(language, JSON.readTree(request));
    }

    private String run(String... command) throws IOException, InterruptedException {
        User user = SignedIn.user(accounts, UserRole.USER);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put(
                        "DOUBLEWORD_API_KEY",
                        keys.issue(user.account(), user.id(), KeyType.INFERENCE, KeyTerms.named("k"), Set.of())
                                .text()
                                .revealText());
        builder.environment().put("DOUBLEWORD_API_BASE", server.resolve("/v1").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
