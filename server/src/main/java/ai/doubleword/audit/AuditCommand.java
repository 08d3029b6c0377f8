package ai.doubleword.audit;

import ai.doubleword.audit.AuditCommand.Export;
import ai.doubleword.audit.AuditCommand.Verify;
import ai.doubleword.platform.CommandFailedException;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `doubleword audit …`: the audit log.
@Command(
        name = "audit",
        description = "Check and export the audit log.",
        subcommands = {Verify.class, Export.class})
public final class AuditCommand extends GroupCommand {
    /// `doubleword audit verify`.
    @Command(name = "verify", description = "Read the whole log and say what was changed or deleted.")
    static final class Verify extends OperatorCommand {
        @Option(
                names = "--checkpoint",
                paramLabel = "TEXT",
                description = "A checkpoint from the server's log, which rows taken off the end cannot pass.")
        private @Nullable String checkpoint;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode found = server.get("/admin/api/v1/audit/verification"
                    + (checkpoint == null ? "" : "?checkpoint=" + checkpoint.replaceAll("[^\\w-]", "")));
            JsonNode problems = found.path("problems");
            if (problems.isEmpty()) {
                output.said(
                        found,
                        "All is well: " + found.path("rows").asText() + " rows, "
                                + found.path("checkpoints").asText() + " checkpoints.");
                return;
            }
            output.table(problems, "", Column.of("ROW", "seq"), Column.of("PROBLEM", "problem"));
            throw new CommandFailedException(
                    "The audit log was tampered with, or damaged.",
                    "Compare it with a backup; nothing in the program changes or deletes rows.");
        }
    }

    /// `doubleword audit export`.
    @Command(name = "export", description = "Print the whole log as JSON lines, oldest first.")
    static final class Export extends OperatorCommand {
        private static final int PAGE = 500;

        @Spec
        private CommandSpec export;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            PrintWriter out = export.commandLine().getOut();
            long last = 0;
            while (true) {
                JsonNode page = server.get("/admin/api/v1/audit/page?after=" + last + "&limit=" + PAGE);
                page.forEach(row -> out.println(row.toString()));
                if (page.size() < PAGE) {
                    return;
                }
                last = page.get(page.size() - 1).path("seq").asLong();
            }
        }
    }
}
