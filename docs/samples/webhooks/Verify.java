import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Verify {
    static final byte[] SECRET = Base64.getDecoder()
            .decode(System.getenv("DOUBLEWORD_WEBHOOK_SECRET").substring("whsec_".length()));

    /** Whether Doubleword signed it within the last five minutes. */
    static boolean verified(Headers headers, byte[] body) throws Exception {
        String timestamp = headers.getFirst("webhook-timestamp");
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes((headers.getFirst("webhook-id") + "." + timestamp + ".").getBytes());
        signed.writeBytes(body);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.toByteArray()))).getBytes();
        Instant sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
        return Duration.between(sent, Instant.now()).abs().toMinutes() < 5
                && Arrays.stream(headers.getFirst("webhook-signature").split(" "))
                        .anyMatch(given -> MessageDigest.isEqual(given.getBytes(), expected));
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = 401;
            try {
                status = verified(exchange.getRequestHeaders(), body) ? 204 : 401;
                System.out.println(status == 204 ? new String(body) : "refused");
            } catch (Exception problem) {
                System.out.println("refused: " + problem);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            server.stop(0); // takes one event; without this, all
        });
        server.start();
    }
}
