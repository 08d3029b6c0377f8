package ai.doubleword.keys;

import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Takes keys that anybody found: `{"key":"dw_sk_…","url":"…"}`, or the array that GitHub's secret scanning sends.
/// Needs no authentication, for the key itself is the proof.
@Path("{base:v1|ai/v1}/keys/leaked")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
@Tag(name = "API keys")
public final class LeakedKeysResource {
    private static final int LARGEST_BODY = 128 * 1024;
    private static final int MOST_KEYS = 100;
    private static final int LONGEST_PLACE = 500;

    private final LeakReports reports;
    private final ObjectMapper json;
    private final ClientAddress client;

    LeakedKeysResource(LeakReports reports, ObjectMapper json, ClientAddress client) {
        this.client = client;
        this.reports = reports;
        this.json = json;
    }

    /// The answer to one report.
    record Outcome(boolean revoked) {}

    /// The answer to one token of GitHub's, in its words.
    ///
    /// @param tokenHash SHA-256 of the token, in hexadecimal digits
    /// @param label `true_positive` or `false_positive`
    record Feedback(String tokenHash, String tokenType, String label) {}

    @POST
    @Operation(summary = "Report a leaked key", description = "Revokes it at once, cuts its streams, tells its owner.")
    public Object report(InputStream body) throws IOException {
        InetAddress reporter = client.get();
        reports.admit(reporter);
        byte[] bytes = body.readNBytes(LARGEST_BODY + 1);
        if (bytes.length > LARGEST_BODY) {
            throw new ProblemException(ErrorCode.REQUEST_TOO_LARGE, "A report has at most 128 KiB.");
        }
        JsonNode report = json.readTree(bytes);
        if (report.isObject()) {
            String token = report.path("key").asText(report.path("token").asText(""));
            return new Outcome(reports.report(token, place(report), reporter));
        }
        if (!report.isArray() || report.size() > MOST_KEYS) {
            throw new ProblemException(
                    ErrorCode.INVALID_JSON, "Send {\"key\":\"dw_sk_…\"}, or an array of at most 100 such objects.");
        }
        List<Feedback> feedback = new ArrayList<>();
        for (JsonNode found : report) {
            String token = found.path("token").asText(found.path("key").asText(""));
            boolean revoked = reports.report(token, place(found), reporter);
            feedback.add(new Feedback(
                    sha256(token), found.path("type").asText(""), revoked ? "true_positive" : "false_positive"));
        }
        return feedback;
    }

    private static String place(JsonNode report) {
        String place = report.path("url").asText("").replaceAll("\\p{Cntrl}", " ");
        return place.length() > LONGEST_PLACE ? place.substring(0, LONGEST_PLACE) : place;
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }
}
