package ai.doubleword.platform;

import java.io.PrintWriter;
import picocli.CommandLine;

/// How a command that fails says so: what is wrong and what to do, on the error output, with a status that is not zero.
public final class CommandFailures {
    private CommandFailures() {}

    /// Sets up a command line: status 1 for what failed, 2 for what was not understood.
    public static CommandLine handledBy(CommandLine commands) {
        return commands.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command))
                .setParameterExceptionHandler((failure, arguments) -> {
                    PrintWriter err = failure.getCommandLine().getErr();
                    err.println(failure.getMessage());
                    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
                    err.println(
                            "Help: " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
                    return CommandLine.ExitCode.USAGE;
                });
    }

    private static int failed(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        if (failure instanceof CommandFailedException expected) {
            err.println(expected.getMessage());
            if (!expected.remedy().isEmpty()) {
                err.println(expected.remedy());
            }
        } else {
            failure.printStackTrace(err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
