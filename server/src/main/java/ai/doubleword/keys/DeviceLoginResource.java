package ai.doubleword.keys;

import ai.doubleword.accounts.Throttle;
import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Secret;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The two addresses that a program without a browser speaks to (RFC 8628): it begins, then asks for its keys until the
/// user has decided. Fields, codes and statuses are the RFC's.
@Path("authentication/device")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
public final class DeviceLoginResource {
    /// Our own command-line client. It holds no secret, so the name proves nothing and only says what is meant.
    private static final String CLIENT = "dw";

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";
    private static final int LONGEST_NAME = 64;
    private static final int FREE_PER_CLIENT = 30;

    private final DeviceLogins devices;
    private final DeviceKeys keys;
    private final Throttle throttle;
    private final ClientAddress client;
    private final PublicAddress address;

    DeviceLoginResource(
            DeviceLogins devices, DeviceKeys keys, Throttle throttle, ClientAddress client, PublicAddress address) {
        this.devices = devices;
        this.keys = keys;
        this.throttle = throttle;
        this.client = client;
        this.address = address;
    }

    /// What a program shows its user, and how it goes on.
    ///
    /// @param verificationUriComplete the same with the code in it, for a link or a picture
    /// @param expiresIn seconds
    /// @param interval seconds to wait between two questions
    record Begun(
            String deviceCode,
            String userCode,
            URI verificationUri,
            URI verificationUriComplete,
            long expiresIn,
            long interval) {}

    /// @param error one of the RFC's words
    record Refused(String error, String errorDescription) {}

    @POST
    @Operation(hidden = true)
    public Response begin(
            @FormParam("client_id") @DefaultValue("") String clientId,
            @FormParam("device_name") @DefaultValue("") String deviceName) {
        if (!clientId.equals(CLIENT)) {
            return refused("invalid_client", "client_id is " + CLIENT + ".");
        }
        String from = client.get().getHostAddress();
        throttle.count("device-login", from, FREE_PER_CLIENT);
        DeviceLogins.Begun begun = devices.begin(name(deviceName), from);
        try (Secret deviceCode = begun.deviceCode()) {
            URI page = URI.create(address.publicUrl() + "/device");
            return answer(
                    200,
                    new Begun(
                            deviceCode.revealText(),
                            begun.userCode(),
                            page,
                            URI.create(page + "?user_code=" + begun.userCode()),
                            DeviceLogins.LIFETIME.toSeconds(),
                            DeviceLogins.PAUSE.toSeconds()));
        }
    }

    @POST
    @Path("token")
    @Operation(hidden = true)
    public Response ask(
            @FormParam("grant_type") @DefaultValue("") String grant,
            @FormParam("client_id") @DefaultValue("") String clientId,
            @FormParam("device_code") @DefaultValue("") String deviceCode) {
        if (!grant.equals(GRANT)) {
            return refused("unsupported_grant_type", "grant_type is " + GRANT + ".");
        }
        if (!clientId.equals(CLIENT)) {
            return refused("invalid_client", "client_id is " + CLIENT + ".");
        }
        return switch (devices.ask(deviceCode)) {
            case DeviceLogins.Answer.Pending() -> refused("authorization_pending", "The user has not decided yet.");
            case DeviceLogins.Answer.TooFast() -> refused("slow_down", "Wait five seconds longer between questions.");
            case DeviceLogins.Answer.Denied() -> refused("access_denied", "The user said no.");
            case DeviceLogins.Answer.Expired() -> refused("expired_token", "Nobody decided in time. Begin again.");
            case DeviceLogins.Answer.Unknown() ->
                refused("invalid_grant", "This code is unknown, or its keys were handed out already. Begin again.");
            case DeviceLogins.Answer.Approved(DeviceLogin login) -> handOver(login);
        };
    }

    private Response handOver(DeviceLogin login) {
        try {
            throttle.takeBack("device-login", login.address());
            return keys.issue(login)
                    .map(pair -> {
                        Map<String, Object> fields = new LinkedHashMap<>();
                        fields.put("access_token", pair.inference().text().revealText());
                        fields.put("token_type", "Bearer");
                        fields.put("expires_in", CliLogins.LIFETIME.toSeconds());
                        fields.putAll(pair.handedOver());
                        return answer(200, fields);
                    })
                    .orElseGet(() -> refused("access_denied", "The user may not sign in any more."));
        } catch (ProblemException changed) {
            return refused("access_denied", changed.problem().message());
        }
    }

    /// What a device calls itself, without what could make a page read otherwise than it is.
    private static String name(String given) {
        String shown = given.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "").strip();
        String bounded = shown.substring(0, Math.min(shown.length(), LONGEST_NAME));
        return bounded.isEmpty() ? "unnamed device" : bounded;
    }

    private static Response refused(String error, String description) {
        return answer(400, new Refused(error, description));
    }

    private static Response answer(int status, Object body) {
        return Response.status(status)
                .entity(body)
                .header("Cache-Control", "no-store")
                .build();
    }
}
