package ai.doubleword.platform;

import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Compresses pages and texts, and nothing that a compressed length could give away (BREACH). A length tells a
/// secret only where the same secret stands, the same way, in many answers beside something that the attacker
/// chooses. So: answers to `GET` only, for a `POST` is what shows a secret once; never a page that holds a whole
/// key; and the token of forms is masked anew for each answer. A page with another secret in it sends
/// `Content-Encoding: identity`, and is left alone.
///
/// Not the frame's compression: that would stand in the way of every streamed answer of the gateway, too.
@Singleton
final class PageCompression {
    private static final int LEAST = 1_024;

    @ServerResponseFilter
    public void compress(ContainerRequestContext request, ContainerResponseContext response) {
        if (!HttpMethod.GET.equals(request.getMethod())
                || !(response.getEntity() instanceof String text)
                || text.length() < LEAST
                || !isText(response.getMediaType())
                || response.getHeaders().containsKey(HttpHeaders.CONTENT_ENCODING)) {
            return;
        }
        response.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        String accepted = request.getHeaderString(HttpHeaders.ACCEPT_ENCODING);
        if (accepted == null || !accepted.contains("gzip") || accepted.contains("gzip;q=0") || KeyText.isIn(text)) {
            return;
        }
        response.getHeaders().putSingle(HttpHeaders.CONTENT_ENCODING, "gzip");
        response.setEntity(gzip(text), null, response.getMediaType());
    }

    private static boolean isText(MediaType type) {
        return type != null
                && (type.getType().equals("text") || type.getSubtype().equals("yaml"));
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(text.length() / 4);
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
