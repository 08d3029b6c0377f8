package ai.doubleword.platform;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// A command for whoever runs the server: it calls the management API of the server on this machine, as the first
/// administrator. Where no server runs on the home, the same program starts in this process on a loopback port, takes
/// the call, and stops: one code path, whether it runs or not.
///
/// A feature's command lists what it is called and prints what it got:
/// ```java
/// @Command(name = "list", description = "List the keys.")
/// final class ListKeys extends OperatorCommand {
///     @Option(names = "--account", paramLabel = "ID", description = "Only those of this account.")
///     private @Nullable String account;
///
///     @Override
///     protected void run(OperatorClient server, CommandOutput output) {
///         JsonNode keys = server.get("/admin/api/v1/users/current/api-keys?limit=100").path("data");
///         output.table(keys, "No keys yet. Make one: doubleword keys create --name NAME",
///                 Column.of("ID", "id"), Column.of("NAME", "name"), Column.of("LAST USED", "last_used_at"));
///     }
/// }
/// ```
/// It stands in a group that [GroupCommand] makes (`doubleword keys …`), which [ai.doubleword.Doubleword] lists.
/// What fails throws [CommandFailedException]; [OperatorClient] throws it with the server's message.
public abstract class OperatorCommand implements Callable<Integer> {
    /// How to print.
    enum Format {
        TABLE,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ProgramOptions options;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json. Default: table.")
    private Format format;

    /// Does what the command is for: call, then print.
    protected abstract void run(OperatorClient server, CommandOutput output);

    @Override
    public final Integer call() {
        options.apply();
        CommandOutput output = new CommandOutput(spec.commandLine().getOut(), format == Format.JSON);
        Optional<RunningServer> running = RunningServer.of(Configuration.home());
        if (running.isPresent()) {
            runOn(running.get(), output);
        } else {
            OperatorRun.inThisProcess(server -> runOn(server, output));
        }
        return 0;
    }

    private void runOn(RunningServer server, CommandOutput output) {
        try (OperatorClient client = new OperatorClient(server)) {
            run(client, output);
        } finally {
            spec.commandLine().getOut().flush();
        }
    }
}
