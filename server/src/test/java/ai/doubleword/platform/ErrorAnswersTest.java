package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ErrorAnswersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();

    @TestHTTPResource("/")
    URI server;

    @Test
    void managementErrorIsFlatAndSaysWhenToRetry() throws Exception {
        HttpResponse<String> answer = get("/admin/api/v1/failing/limited");

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(header(answer, "retry-after")).isEqualTo("2");
        assertThat(header(answer, "content-type")).startsWith("application/json");
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.get("error").textValue()).isEqualTo("rate_limit_requests");
        assertThat(body.get("message").textValue()).isEqualTo("Too many \"calls\".\nWait.");
        assertThat(body.get("retry_after_seconds").intValue()).isEqualTo(2);
        assertThat(body.get("request_id").textValue()).isEqualTo(header(answer, "x-request-id"));
    }

    @Test
    void whatStaysWrongForNowIsNotToBeSentAgainByItself() throws Exception {
        HttpResponse<String> answer = get("/v1/failing/infeasible");

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(header(answer, "x-should-retry")).isEqualTo("false");
        assertThat(header(answer, "retry-after")).isEqualTo("1200");
        assertThat(header(answer, "link")).contains("/docs/errors#deadline_infeasible");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/failing/limited", "/ai/v1/failing/limited"})
    void aiErrorIsOpenAisEnvelope(String path) throws Exception {
        HttpResponse<String> answer = get(path);

        JsonNode error = JSON.readTree(answer.body()).get("error");
        assertThat(error.get("code").textValue()).isEqualTo("rate_limit_requests");
        assertThat(error.get("type").textValue()).isEqualTo("rate_limit_error");
        assertThat(error.get("param").isNull()).isTrue();
        assertThat(error.get("request_id").textValue()).isEqualTo(header(answer, "x-request-id"));
        assertThat(header(answer, "retry-after")).isEqualTo("2");
    }

    @Test
    void commandLineClientReadsFlatErrorsOnAiPathsToo() throws Exception {
        HttpResponse<String> answer = get("/v1/failing/limited", "X-DW-CLI-Version", "0.1.25");

        assertThat(JSON.readTree(answer.body()).get("error").textValue()).isEqualTo("rate_limit_requests");
    }

    @Test
    void missingAuthenticationNamesItsScheme() throws Exception {
        HttpResponse<String> answer = get("/admin/api/v1/failing/unauthenticated");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(header(answer, "www-authenticate")).isEqualTo("Bearer");
    }

    @ParameterizedTest
    @CsvSource({"08006,503,database_unavailable", "57P01,503,database_unavailable", "42601,500,internal_error"})
    void databaseOutageIsTemporaryAndABadStatementIsNot(String state, int status, String code) throws Exception {
        HttpResponse<String> answer = get("/admin/api/v1/failing/database/" + state);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).get("error").textValue()).isEqualTo(code);
        assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
        assertThat(answer.body()).doesNotContain("the words of the driver");
    }

    @Test
    void unexpectedFailureHidesItsInside() throws Exception {
        HttpResponse<String> answer = get("/admin/api/v1/failing/bug");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("internal_error").doesNotContain("inner detail");
    }

    @ParameterizedTest
    @CsvSource({"/nothing/here,not_found", "/admin/api/v1/nothing,not_found", "/admin/api/v1/failing/nothing,not_found"
    })
    void unknownPathIsAFlatNotFound(String path, String code) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(answer.body()).get("error").textValue()).isEqualTo(code);
        assertThat(header(answer, "x-request-id")).startsWith("req_");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/failing/nothing", "/ai/v1/nothing", "/v1/nothing"})
    void unknownAiPathIsAnEnvelopedNotFound(String path) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(answer.body()).at("/error/code").textValue()).isEqualTo("not_found");
    }

    @Test
    void wrongMethodIsRefused() throws Exception {
        HttpResponse<String> answer = send(request("/admin/api/v1/failing/bug").DELETE());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(JSON.readTree(answer.body()).get("error").textValue()).isEqualTo("method_not_allowed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"whole_number\":                                  | 400 | invalid_json",
                "[1]                                                | 400 | invalid_json",
                "{\"whole_number\":1,\"whole_number\":2}            | 400 | invalid_json",
                "{\"whole_number\":\"sk-secret\"}                   | 400 | invalid_value",
                "{\"created_at\":\"sk-secret\"}                     | 400 | invalid_value"
            })
    void badJsonIsRefusedWithItsPlaceAndWithoutItsValue(String body, int status, String code) throws Exception {
        HttpResponse<String> answer = post("/admin/api/v1/failing/echo", body.strip(), "application/json");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).get("error").textValue()).isEqualTo(code.strip());
        assertThat(answer.body()).contains("line 1").doesNotContain("secret");
    }

    @Test
    void deeplyNestedJsonIsRefused() throws Exception {
        String deep = "[".repeat(JsonFormat.MAX_DEPTH + 1);
        HttpResponse<String> answer = post("/admin/api/v1/failing/echo", "{\"other\":" + deep, "application/json");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("invalid_json");
    }

    @Test
    void otherMediaTypeIsRefused() throws Exception {
        HttpResponse<String> answer = post("/admin/api/v1/failing/echo", "<a/>", "text/xml");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("unsupported_media_type");
    }

    @Test
    void jsonIsSnakeCaseWithRfc3339Times() throws Exception {
        String body = "{\"whole_number\":7,\"created_at\":\"2026-01-02T03:04:05Z\"}";

        assertThat(post("/admin/api/v1/failing/echo", body, "application/json").body())
                .isEqualTo(body);
    }

    @Test
    @Tag("S-06")
    void internalHeadersOfClientsAreDropped() throws Exception {
        HttpResponse<String> answer =
                get("/admin/api/v1/failing/seen", "X-DW-Account", "1", "x-dw-user", "2", "X-DW-CLI-Version", "0.1.25");

        assertThat(JSON.readTree(answer.body()).get("internal_headers"))
                .extracting(name -> name.textValue().toLowerCase(java.util.Locale.ROOT))
                .containsExactly("x-dw-cli-version");
    }

    @Test
    void requestIdIsTheSameInHeaderContextAndLog() throws Exception {
        HttpResponse<String> answer = get("/admin/api/v1/failing/seen");
        JsonNode seen = JSON.readTree(answer.body());

        assertThat(seen.get("request_id").textValue())
                .isEqualTo(header(answer, "x-request-id"))
                .isEqualTo(seen.get("logged").textValue());
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpResponse<String> post(String path, String body, String type) throws IOException, InterruptedException {
        return send(request(path).header("content-type", type).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
