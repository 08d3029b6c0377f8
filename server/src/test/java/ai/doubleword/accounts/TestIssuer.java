package ai.doubleword.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// An OpenID Connect issuer that signs real tokens and speaks real HTTP. It has no sign-in page: whoever holds the
/// request that a browser was sent with makes the code, which says what the token shall hold ([#code]), and so
/// also plays an issuer that is broken or hostile. A code works once, for who knows its verifier, the client's
/// secret and the address that it was made for.
final class TestIssuer {
    static final String CLIENT = "doubleword-test";
    static final String SECRET = "a secret that only client and issuer know";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private final RSAKey stranger = key();
    private volatile RSAKey key = key();

    TestIssuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    /// The issuer's address; each name is an issuer of its own, with the same keys.
    String address(String name) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
    }

    /// A code for a browser that was sent with these parameters.
    ///
    /// @param claims of the token; `exp` seconds from now under `exp_in`, the way to sign under `alg`
    static String code(Map<String, String> sent, ObjectNode claims) {
        ObjectNode order = JSON.createObjectNode().put("id", UUID.randomUUID().toString());
        order.put("challenge", sent.get("code_challenge"));
        order.put("redirect_uri", sent.get("redirect_uri"));
        order.put("nonce", sent.get("nonce"));
        order.set("claims", claims);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(order.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String issuer = "http://127.0.0.1:" + server.getAddress().getPort()
                    + path.substring(0, path.indexOf('/', 1) < 0 ? path.length() : path.indexOf('/', 1));
            if (path.endsWith("/.well-known/openid-configuration")) {
                send(exchange, 200, metadata(issuer));
            } else if (path.endsWith("/keys")) {
                send(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
            } else if (path.endsWith("/rotate")) {
                key = key();
                send(exchange, 200, "{}");
            } else if (path.endsWith("/token")) {
                token(exchange, issuer);
            } else {
                send(exchange, 404, "{}");
            }
        } catch (JOSEException | ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String metadata(String issuer) {
        ObjectNode metadata = JSON.createObjectNode()
                .put("issuer", issuer)
                .put("authorization_endpoint", issuer + "/authorize")
                .put("token_endpoint", issuer + "/token")
                .put("jwks_uri", issuer + "/keys");
        metadata.putArray("response_types_supported").add("code");
        metadata.putArray("subject_types_supported").add("public");
        metadata.putArray("id_token_signing_alg_values_supported").add("RS256");
        return metadata.toString();
    }

    private void token(HttpExchange exchange, String issuer) throws IOException, JOSEException, ParseException {
        Map<String, String> form =
                parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        JsonNode order = JSON.readTree(Base64.getUrlDecoder().decode(form.getOrDefault("code", "")));
        String basic = Base64.getEncoder()
                .encodeToString((encoded(CLIENT) + ":" + encoded(SECRET)).getBytes(StandardCharsets.UTF_8));
        boolean authentic =
                ("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        boolean granted = authentic
                && form.getOrDefault("grant_type", "").equals("authorization_code")
                && form.getOrDefault("redirect_uri", "")
                        .equals(order.path("redirect_uri").asText())
                && challenge(form.getOrDefault("code_verifier", ""))
                        .equals(order.path("challenge").asText())
                && used.add(order.path("id").asText());
        if (!granted) {
            send(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        send(
                exchange,
                200,
                JSON.createObjectNode()
                        .put("access_token", "of no use here")
                        .put("token_type", "Bearer")
                        .put("id_token", idToken(issuer, order))
                        .toString());
    }

    private String idToken(String issuer, JsonNode order) throws JOSEException, ParseException, IOException {
        ObjectNode claims = ((ObjectNode) order.path("claims")).deepCopy();
        String algorithm = claims.has("alg") ? claims.remove("alg").asText() : "RS256";
        long lifetime = claims.has("exp_in") ? claims.remove("exp_in").asLong() : 300;
        Instant now = Instant.now();
        if (!claims.has("iss")) {
            claims.put("iss", issuer);
        }
        if (!claims.has("aud")) {
            claims.put("aud", CLIENT);
        }
        if (!claims.has("nonce")) {
            claims.put("nonce", order.path("nonce").asText());
        }
        claims.put("iat", now.plusSeconds(Math.min(0, lifetime - 10)).getEpochSecond());
        claims.put("exp", now.plusSeconds(lifetime).getEpochSecond());
        JWTClaimsSet set = JWTClaimsSet.parse(claims.toString());
        return switch (algorithm) {
            case "none" -> new PlainJWT(set).serialize();
            case "HS256" -> {
                SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), set);
                token.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
                yield token.serialize();
            }
            case "stranger" -> signed(stranger, key.getKeyID(), set);
            default -> signed(key, key.getKeyID(), set);
        };
    }

    private static String signed(RSAKey key, String id, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(id).build(), claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    static Map<String, String> parameters(String query) {
        Map<String, String> found = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            found.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8));
        }
        return found;
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2_048)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
