package ai.doubleword.accounts;

import ai.doubleword.platform.AddressRule;
import ai.doubleword.platform.Egress;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Carries what the library says to issuers through the one checked way out (S-07), bounded in time and size.
/// Blocking, thread-safe.
@Singleton
final class OidcTransport implements HTTPRequestSender, ResourceRetriever {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST = 1_024 * 1_024;

    private final Egress egress;

    OidcTransport(Egress egress) {
        this.egress = egress;
    }

    @Override
    public HTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        Map<String, String> headers = new HashMap<>();
        request.getHeaderMap().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        headers.putIfAbsent("Accept", "application/json");
        String body = request.getBody();
        Egress.Response answer = fetch(
                HttpMethod.valueOf(request.getMethod().name()),
                request.getURI(),
                headers,
                body == null ? Buffer.buffer() : Buffer.buffer(body));
        HTTPResponse response = new HTTPResponse(answer.status());
        try {
            String type = answer.headers().get("content-type");
            if (type != null) {
                response.setContentType(type);
            }
        } catch (ParseException e) {
            throw new IOException("an answer of unreadable type", e);
        }
        response.setBody(answer.body().toString());
        return response;
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        Egress.Response answer = fetch(
                HttpMethod.GET, URI.create(url.toString()), Map.of("Accept", "application/json"), Buffer.buffer());
        if (answer.status() != 200) {
            throw new IOException(url + " answers with status " + answer.status());
        }
        return new Resource(answer.body().toString(), answer.headers().get("content-type"));
    }

    private Egress.Response fetch(HttpMethod method, URI url, Map<String, String> headers, Buffer body)
            throws IOException {
        try {
            return egress.fetch(method, url, AddressRule.ADMINISTRATOR, headers, body, PATIENCE, LARGEST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
