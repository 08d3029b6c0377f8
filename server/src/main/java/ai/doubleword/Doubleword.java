package ai.doubleword;

import ai.doubleword.accounts.OrganizationsCommand;
import ai.doubleword.accounts.SingleSignOnCommand;
import ai.doubleword.accounts.UsersCommand;
import ai.doubleword.audit.AuditCommand;
import ai.doubleword.batch.BatchesCommand;
import ai.doubleword.batch.files.FilesCommand;
import ai.doubleword.demo.DemoCommand;
import ai.doubleword.home.AdminCommand;
import ai.doubleword.keys.KeysCommand;
import ai.doubleword.models.CatalogueCommands;
import ai.doubleword.models.ModelsCommand;
import ai.doubleword.models.ProvidersCommand;
import ai.doubleword.platform.CommandFailures;
import ai.doubleword.platform.ConfigCommand;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.ProgramVersion;
import ai.doubleword.platform.ServeCommand;
import ai.doubleword.responses.ResponsesCommand;
import ai.doubleword.usage.RequestsCommand;
import ai.doubleword.usage.UsageCommand;
import ai.doubleword.webhooks.WebhooksCommand;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/// The program: `doubleword serve` runs the server, every other command looks at it or changes it.
@QuarkusMain
@Command(
        name = "doubleword",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        scope = ScopeType.INHERIT,
        description = "Doubleword, an inference platform of your own.",
        subcommands = {
            ServeCommand.class,
            KeysCommand.class,
            ProvidersCommand.class,
            ModelsCommand.class,
            ConfigCommand.class,
            AdminCommand.class,
            AuditCommand.class,
            UsersCommand.class,
            OrganizationsCommand.class,
            SingleSignOnCommand.class,
            UsageCommand.class,
            RequestsCommand.class,
            DemoCommand.class,
            BatchesCommand.class,
            FilesCommand.class,
            ResponsesCommand.class,
            WebhooksCommand.class
        })
public final class Doubleword extends GroupCommand {
    Doubleword() {}

    public static void main(String... args) {
        CommandLine program = new CommandLine(new Doubleword());
        CatalogueCommands.create().forEach(program.getSubcommands().get("config")::addSubcommand);
        System.exit(CommandFailures.handledBy(program).execute(args));
    }
}
