package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorsTest {
    private static <E extends OpenAIServiceException> E refused(
            String key, ChatCompletionCreateParams.Builder question, Class<E> type, String code) {
        World.Counted counted = World.counted(key, 2);
        E error = catchThrowableOfType(
                type, () -> counted.client().chat().completions().create(question.build()));
        assertThat(error).isNotNull();
        assertThat(error.code()).contains(code);
        assertThat(counted.statuses())
                .as("a deterministic refusal is not repeated")
                .containsExactly(error.statusCode());
        return error;
    }

    @Test
    void aBadKeyIsUnauthorized() {
        refused("sk-not-ours", World.question("hi"), UnauthorizedException.class, "invalid_api_key");
        String wrongChecksum = "dw_sk_" + "A".repeat(12) + "_" + "B".repeat(32) + "CCCCCC";
        refused(wrongChecksum, World.question("hi"), UnauthorizedException.class, "invalid_api_key");
    }

    @Test
    void aPlatformKeyIsPermissionDenied() {
        refused(World.PLATFORM_KEY, World.question("hi"), PermissionDeniedException.class, "wrong_key_type");
    }

    @Test
    void aKeyForOtherModelsIsPermissionDenied() {
        String key = World.newKey(Map.of("scopes", Map.of("models", List.of("other-*"))));
        refused(key, World.question("hi"), PermissionDeniedException.class, "model_not_allowed");
    }

    @Test
    void anUnknownModelIsNotFound() {
        var question = World.question("hi").model("no/such:model");
        refused(World.API_KEY, question, NotFoundException.class, "model_not_found");
    }

    @Test
    void anUnsupportedValueNamesItsParameter() {
        var question = World.question("hi").putAdditionalBodyProperty("service_tier", JsonValue.from("scale"));
        var error = refused(World.API_KEY, question, BadRequestException.class, "invalid_value");
        assertThat(error.param()).contains("service_tier");
    }

    @Test
    void aBodyOverTheLimitIsRefusedOnce() {
        var question = World.question("x".repeat(33 * 1024 * 1024));
        var error = refused(World.API_KEY, question, OpenAIServiceException.class, "request_too_large");
        assertThat(error.statusCode()).isEqualTo(413);
    }
}
