package ai.doubleword.batch.files;

import ai.doubleword.batch.files.FilesCommand.ListFiles;
import ai.doubleword.batch.files.FilesCommand.Orphans;
import ai.doubleword.batch.files.FilesCommand.Verify;
import ai.doubleword.platform.CommandFailedException;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword files …`: files of everybody on this server, and whether their bytes are what they were.
@Command(
        name = "files",
        description = "List files, check their bytes, clear orphans away.",
        subcommands = {ListFiles.class, Verify.class, Orphans.class})
public final class FilesCommand extends GroupCommand {
    private static final String FILES = "/admin/api/v1/files";

    /// `doubleword files list`.
    @Command(name = "list", description = "List the files of all accounts, newest first.")
    static final class ListFiles extends OperatorCommand {
        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many. Default: 20.")
        private int limit;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(FILES + "?limit=" + limit).path("data"),
                    "No files yet.",
                    Column.of("FILE", "id"),
                    Column.of("NAME", "filename"),
                    Column.of("ACCOUNT", "account"),
                    Column.of("PURPOSE", "purpose"),
                    Column.of("BYTES", "bytes"),
                    Column.of("LINES", "lines"),
                    Column.of("CREATED", "created_at"),
                    Column.of("EXPIRES", "expires_at"));
        }
    }

    /// `doubleword files verify`.
    @Command(name = "verify", description = "Read a file and compare it with the hash that it was uploaded with.")
    static final class Verify extends OperatorCommand {
        @Parameters(paramLabel = "FILE", description = "The file's id.")
        private String file;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode found = server.get(FILES + "/" + file.replaceAll("[^\\w-]", "") + "/verification");
            if (found.path("right").asBoolean()) {
                output.said(found, "All is well: bytes, hash and index of " + file + " agree.");
                return;
            }
            StringBuilder problems = new StringBuilder();
            found.path("problems")
                    .forEach(each -> problems.append(each.asText()).append("; "));
            throw new CommandFailedException(
                    "The file is damaged: " + problems.toString().replaceFirst("; $", "."),
                    "Restore its blob from a backup, or have it uploaded again.");
        }
    }

    /// `doubleword files orphans`.
    @Command(name = "orphans", description = "List bytes that belong to no file, such as a crash leaves.")
    static final class Orphans extends OperatorCommand {
        @Option(names = "--repair", description = "Remove them.")
        private boolean repair;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode found = (repair ? server.delete(FILES + "/orphans") : server.get(FILES + "/orphans")).path("data");
            output.table(
                    found,
                    "No orphans.",
                    Column.of("BLOB", "blob"),
                    Column.of("BYTES", "bytes"),
                    Column.of("WRITTEN", "written"));
        }
    }
}
