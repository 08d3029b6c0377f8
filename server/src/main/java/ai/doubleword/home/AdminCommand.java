package ai.doubleword.home;

import ai.doubleword.home.AdminCommand.CreateLink;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/// `doubleword admin …`: the way in for whoever administrates.
@Command(name = "admin", description = "The administrator's way in.", subcommands = CreateLink.class)
public final class AdminCommand extends GroupCommand {
    /// `doubleword admin link`: a link that sets the administrator's address and password.
    @Command(name = "link", description = "Make a one-time link that sets the administrator's address and password.")
    static final class CreateLink extends OperatorCommand {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode link = server.post("/admin/api/v1/admin-links", Map.of());
            output.said(link, link.path("url").asText());
            output.note("It works once, within 24 hours; links made before do not work any more.");
        }
    }
}
