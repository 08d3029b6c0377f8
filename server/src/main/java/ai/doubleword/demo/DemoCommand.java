package ai.doubleword.demo;

import ai.doubleword.demo.DemoCommand.Remove;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import picocli.CommandLine.Command;

/// `doubleword demo …`: the data that `doubleword serve --demo` made.
@Command(
        name = "demo",
        description = "The demo data that 'doubleword serve --demo' makes on an empty system.",
        subcommands = Remove.class)
public final class DemoCommand extends GroupCommand {
    /// `doubleword demo remove`: takes all of it away.
    @Command(
            name = "remove",
            description = "Take the demo data away: its users, organization, models and all of their requests.")
    static final class Remove extends OperatorCommand {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(server.delete("/admin/api/v1/demo"), "The demo data is gone.");
        }
    }
}
