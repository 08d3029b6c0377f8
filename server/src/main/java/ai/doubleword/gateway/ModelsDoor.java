package ai.doubleword.gateway;

import ai.doubleword.billing.NanoDollars;
import ai.doubleword.billing.Tariff;
import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.ModelPattern;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Model;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.RefusedBody;
import ai.doubleword.platform.Tier;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `GET /v1/models` and `GET /v1/models/{name}`: the models that a key may use, read from the routing snapshot. Never
/// paged, since SDKs do not page it.
@Singleton
final class ModelsDoor {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String SCOPE = "models";

    private final RoutingTable routing;

    ModelsDoor(RoutingTable routing) {
        this.routing = routing;
    }

    void list(RoutingContext context, Principal principal) {
        if (denied(context, principal.scopes())) {
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (Model model : routing.current().models()) {
                if (mayUse(principal, model)) {
                    write(json, model);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail to be written", e);
        }
        GatewayRoutes.json(context, Buffer.buffer(bytes.toByteArray()));
    }

    /// @param encoded the name as it stands in the normalized path: raw, or percent-encoded
    void get(RoutingContext context, Principal principal, String encoded) {
        if (denied(context, principal.scopes())) {
            return;
        }
        String name = decode(encoded);
        Model model = name == null ? null : routing.current().model(name);
        if (model == null || !mayUse(principal, model)) {
            RefusedBody.answer(
                    context,
                    Problem.ofParam(
                            ErrorCode.MODEL_NOT_FOUND,
                            "model",
                            "No model of this name exists, or this key may not use it; GET /v1/models lists those it"
                                    + " may."),
                    0);
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            write(json, model);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail to be written", e);
        }
        GatewayRoutes.json(context, Buffer.buffer(bytes.toByteArray()));
    }

    private static boolean denied(RoutingContext context, KeyScopes scopes) {
        boolean denied = !scopes.includes(SCOPE);
        if (denied) {
            RefusedBody.answer(
                    context, Problem.of(ErrorCode.SCOPE_DENIED, "The key's scopes do not include 'models'."), 0);
        }
        return denied;
    }

    private static boolean mayUse(Principal principal, Model model) {
        if (!model.visibleTo(principal.groups())) {
            return false;
        }
        if (principal.scopes().models().isEmpty()) {
            return true;
        }
        for (String pattern : principal.scopes().models()) {
            if (ModelPattern.matches(pattern, model.name())) {
                return true;
            }
        }
        return false;
    }

    private static void write(JsonGenerator json, Model model) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", model.name());
        json.writeStringField("object", "model");
        json.writeNumberField("created", model.created().getEpochSecond());
        json.writeStringField("owned_by", "doubleword");
        json.writeStringField("type", model.type().wire());
        if (model.contextLength() > 0) {
            json.writeNumberField("context_length", model.contextLength());
        } else {
            json.writeNullField("context_length");
        }
        json.writeArrayFieldStart("capabilities");
        for (String capability : model.capabilities()) {
            json.writeString(capability);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("tiers");
        for (Tier tier : model.tariffs().keySet()) {
            json.writeString(tier.wire());
        }
        json.writeEndArray();
        json.writeObjectFieldStart("pricing");
        for (Map.Entry<Tier, Tariff> priced : model.tariffs().entrySet()) {
            write(json, priced.getKey(), priced.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /// Dollars per million tokens, as exact decimal strings.
    private static void write(JsonGenerator json, Tier tier, Tariff tariff) throws IOException {
        json.writeObjectFieldStart(tier.wire());
        json.writeStringField("input", new NanoDollars(tariff.input()).toDollars());
        json.writeStringField("cache_read", new NanoDollars(tariff.cacheRead()).toDollars());
        json.writeStringField("output", new NanoDollars(tariff.output()).toDollars());
        json.writeStringField("currency", "USD");
        json.writeStringField("unit", "1M tokens");
        json.writeEndObject();
    }

    /// The name behind percent-encoding; null if that is broken. A plus is a plus in a path.
    static @Nullable String decode(String encoded) {
        try {
            return encoded.indexOf('%') < 0
                    ? encoded
                    : URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            return null;
        }
    }
}
