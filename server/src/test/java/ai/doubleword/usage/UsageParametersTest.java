package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is asked of usage and of the request log, and what is wrong with it.
@QuarkusTest
class UsageParametersTest {
    @Inject
    TestKeys keys;

    @TestHTTPResource("/")
    URI server;

    @ParameterizedTest
    @CsvSource({
        "/admin/api/v1/requests?limit=ten,limit",
        "/admin/api/v1/requests?status_code=4x,status_code",
        "/admin/api/v1/requests?timestamp_after=yesterday,timestamp_after",
        "/admin/api/v1/requests?tier=slow,tier",
        "/admin/api/v1/usage?group_by=colour,group_by",
        "/v1/organization/usage/completions,start_time",
        "/v1/organization/usage/completions?start_time=yesterday,start_time",
        "/v1/organization/usage/completions?start_time=0&bucket_width=1m,bucket_width",
        "/v1/organization/usage/completions?start_time=0&page=next,page",
        "/admin/api/v1/models?skip=a,skip",
    })
    void whatIsWrongIsNamed(String path, String param) {
        Http.Answer answer = keys.user(server).get(path);
        assertThat(answer.status()).as(answer.message()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("invalid_value");
        assertThat(answer.body().findValue("param").asText()).isEqualTo(param);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-9223372036854775808", "9223372036854775807", "99999999999999999999"})
    void bucketsOfAnyTimeAreFew(String start) {
        for (String limit : new String[] {"1", "-1", "99999999999999999999"}) {
            Http.Answer answer = keys.user(server)
                    .get("/ai/v1/organization/usage/completions?bucket_width=1h&start_time=" + start + "&limit="
                            + limit);
            assertThat(answer.status()).as(answer.message()).isEqualTo(200);
            JsonNode data = answer.body().get("data");
            assertThat(data.size()).isLessThanOrEqualTo(168);
        }
    }

    @Test
    void aLimitBeyondAnyNumberIsTheLargest() {
        assertThat(keys.user(server)
                        .get("/admin/api/v1/models?limit=99999999999999999999")
                        .body()
                        .get("limit")
                        .intValue())
                .isEqualTo(100);
    }
}
