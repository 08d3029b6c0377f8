package ai.doubleword.webhooks;

import ai.doubleword.platform.AddressRule;
import ai.doubleword.platform.Destination;
import ai.doubleword.platform.Egress;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends through the checked egress (S-07): to public addresses, and to ranges that the operator lists. Redirects are
/// not followed; of the answer only the beginning is read. Where a name leads inside the network stays unsaid.
@Singleton
final class EgressReceiver implements Receiver {
    /// What the delivery log keeps of an answer.
    static final int KEPT_BYTES = 1_024;

    private static final String REFUSED =
            "The URL leads to an address that is not public. The operator can open ranges: egress.user-ranges.";

    private final Egress egress;
    private final WebhooksConfig config;

    EgressReceiver(Egress egress, WebhooksConfig config) {
        this.egress = egress;
        this.config = config;
    }

    @Override
    public Answer send(String url, Map<String, String> headers, String body) throws InterruptedException {
        try {
            Egress.Response answer = egress.fetchBeginning(
                    HttpMethod.POST,
                    URI.create(url),
                    AddressRule.USER,
                    headers,
                    Buffer.buffer(body),
                    config.timeout(),
                    KEPT_BYTES);
            return new Answer.Said(
                    answer.status(), text(answer.body()), wait(answer.headers().get("retry-after")));
        } catch (IOException e) {
            return new Answer.None(refused(e) ? REFUSED : said(String.valueOf(e.getMessage())));
        }
    }

    private static boolean refused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Destination.RefusedAddress) {
                return true;
            }
        }
        return false;
    }

    /// Bytes that anybody wrote, as text that can stand in a database and on a page.
    private static String text(Buffer bytes) {
        return new String(bytes.getBytes(), StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "·");
    }

    private static String said(String message) {
        return message.substring(0, Math.min(message.length(), 500)).replaceAll("\\p{Cntrl}", " ");
    }

    private static Duration wait(@Nullable String retryAfter) {
        return retryAfter != null && retryAfter.matches("[0-9]{1,6}")
                ? Duration.ofSeconds(Long.parseLong(retryAfter))
                : Duration.ZERO;
    }
}
