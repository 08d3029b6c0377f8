package ai.doubleword.accounts;

import ai.doubleword.accounts.SingleSignOnCommand.Check;
import ai.doubleword.accounts.SingleSignOnCommand.ListIssuers;
import ai.doubleword.platform.CommandFailedException;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword sso …`: the issuers that users sign in at.
@Command(
        name = "sso",
        description = "Show and try single sign-on.",
        subcommands = {ListIssuers.class, Check.class})
public final class SingleSignOnCommand extends GroupCommand {
    private static final String ROOT = "/admin/api/v1/single-sign-on";

    /// `doubleword sso list`.
    @Command(name = "list", description = "List the issuers of the configuration, with the address each must know.")
    static final class ListIssuers extends OperatorCommand {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(ROOT),
                    "No issuers: name one in doubleword.yaml under oidc.",
                    Column.of("NAME", "name"),
                    Column.of("ISSUER", "issuer"),
                    Column.of("CLIENT", "client_id"),
                    Column.of("REDIRECT URI", "redirect_uri"));
        }
    }

    /// `doubleword sso check`.
    @Command(
            name = "check",
            description = "Ask an issuer for its metadata and keys, and say what the rules make of claims."
                    + " Signs nobody in, changes nothing.")
    static final class Check extends OperatorCommand {
        @Parameters(paramLabel = "NAME", description = "The issuer's name in the configuration.")
        private String name;

        @Option(
                names = "--claims",
                paramLabel = "FILE",
                description = "A JSON object of claims, as the issuer would put them into a token.")
        private @Nullable Path claims;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            Map<String, Object> trial = claims == null ? Map.of() : Map.of("claims", read(claims));
            output.details(server.post(ROOT + "/" + name + "/check", trial));
        }

        private static JsonNode read(Path file) {
            try {
                return JsonFormat.mapper().readTree(Files.readString(file));
            } catch (IOException e) {
                throw new CommandFailedException(file + " cannot be read: " + e.getMessage(), "Write a JSON object.");
            }
        }
    }
}
