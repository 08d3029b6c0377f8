package ai.doubleword.responses;

import ai.doubleword.platform.CommandFailedException;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword responses …`: what accounts keep of them.
@Command(
        name = "responses",
        description = "What accounts keep of responses.",
        subcommands = {ResponsesCommand.Storage.class})
public final class ResponsesCommand extends GroupCommand {
    @Command(
            name = "storage",
            description = "Show or say whether an account keeps responses whose request does not say `store`.")
    static final class Storage extends OperatorCommand {
        @Parameters(paramLabel = "on|off", arity = "0..1", description = "on keeps them. Default: show what it is.")
        private @Nullable String wanted;

        @Option(
                names = "--account",
                paramLabel = "ACCOUNT",
                description = "Whose: an address, user_…, a slug or org_…. Default: the administrator's.")
        private @Nullable String account;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            String path = account == null
                    ? "/admin/api/v1/response-storage"
                    : "/admin/api/v1/accounts/" + OperatorClient.encoded(account) + "/response-storage";
            JsonNode storage = wanted == null ? server.get(path) : server.put(path, Map.of("stored", isOn(wanted)));
            output.said(
                    storage,
                    storage.path("stored").asBoolean()
                            ? "Responses are kept, unless a request says store: false."
                            : "No response is kept, unless its request says store: true.");
        }

        private static boolean isOn(String wanted) {
            return switch (wanted) {
                case "on" -> true;
                case "off" -> false;
                default ->
                    throw new CommandFailedException("'" + wanted + "' is neither on nor off.", "Say one of them.");
            };
        }
    }
}
