package ai.doubleword.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// How the commands of this machine find the server of a home: `HOME/run/server.json` says where it listens,
/// `HOME/run/operator.token` (mode 0600) lets them in. Both live as long as the server does.
///
/// @param url loopback address, without a path
/// @param certificate the PEM file of what it shows where it speaks HTTPS
/// @param pid its process
/// @param token what to send as `Authorization: Bearer`
public record RunningServer(URI url, Optional<Path> certificate, long pid, Secret token) {
    private static final ObjectMapper JSON = JsonFormat.trees();

    /// The server of a home, if its process is alive.
    ///
    /// @throws CommandFailedException if there is one but its files cannot be read by this user
    public static Optional<RunningServer> of(Path home) {
        Path file = serverFile(home);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            long pid = json.path("pid").longValue();
            if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
                return Optional.empty();
            }
            URI url = URI.create(json.path("url").asText());
            String certificate = json.path("certificate").asText();
            return Optional.of(new RunningServer(
                    url,
                    Optional.of(certificate).filter(path -> !path.isEmpty()).map(Path::of),
                    pid,
                    Secret.of(Files.readString(tokenFile(home)))));
        } catch (IOException e) {
            throw new CommandFailedException(
                    "A server runs on " + home + ", but " + e.getMessage() + " cannot be read.",
                    "Run this as the user who started the server.");
        }
    }

    /// Tells the commands of this machine where the server is. The token's file is there before the address is.
    public static void announce(Path home, URI url, Optional<Path> certificate, OperatorToken token) {
        try {
            SecretFile.folder(home.resolve("run"));
            SecretFile.write(tokenFile(home), token.secret().reveal());
            String json = JSON.writeValueAsString(Map.of(
                    "url", url.toString(),
                    "certificate",
                            certificate
                                    .map(path -> path.toAbsolutePath().toString())
                                    .orElse(""),
                    "pid", ProcessHandle.current().pid()));
            SecretFile.write(serverFile(home), json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Takes the announcement back; the last thing before the port closes.
    public static void withdraw(Path home) {
        try {
            Files.deleteIfExists(serverFile(home));
            Files.deleteIfExists(tokenFile(home));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path serverFile(Path home) {
        return home.resolve("run").resolve("server.json");
    }

    private static Path tokenFile(Path home) {
        return home.resolve("run").resolve("operator.token");
    }
}
