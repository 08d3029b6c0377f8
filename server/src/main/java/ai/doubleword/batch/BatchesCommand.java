package ai.doubleword.batch;

import ai.doubleword.batch.BatchesCommand.Cancel;
import ai.doubleword.batch.BatchesCommand.ListBatches;
import ai.doubleword.batch.BatchesCommand.ListChunks;
import ai.doubleword.batch.BatchesCommand.ListSegments;
import ai.doubleword.batch.BatchesCommand.ListSlots;
import ai.doubleword.batch.BatchesCommand.Pause;
import ai.doubleword.batch.BatchesCommand.Resume;
import ai.doubleword.batch.BatchesCommand.Retry;
import ai.doubleword.batch.BatchesCommand.Show;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword batches …`: batches of everybody on this server, what they are made of, and what stops or sets them
/// going.
@Command(
        name = "batches",
        description = "List batches, look into them, cancel, retry, pause and resume them.",
        subcommands = {
            ListBatches.class,
            Show.class,
            ListChunks.class,
            ListSegments.class,
            ListSlots.class,
            Cancel.class,
            Retry.class,
            Pause.class,
            Resume.class
        })
public final class BatchesCommand extends GroupCommand {
    private static final String BATCHES = "/admin/api/v1/batches";

    /// `doubleword batches list`.
    @Command(name = "list", description = "List the batches of all accounts, the newest first.")
    static final class ListBatches extends OperatorCommand {
        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many. Default: 20.")
        private int limit;

        @Option(names = "--running", description = "Only those that have not ended.")
        private boolean running;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(BATCHES + "?limit=" + limit + "&running=" + running)
                            .path("data"),
                    running ? "No batch runs." : "No batches yet.",
                    Column.of("BATCH", "id"),
                    Column.of("ACCOUNT", "account"),
                    new Column("STATUS", ListBatches::status),
                    Column.of("WINDOW", "completion_window"),
                    Column.of("LINES", "total"),
                    Column.of("OK", "completed"),
                    Column.of("FAILED", "failed"),
                    Column.of("COST $", "cost"),
                    Column.of("CREATED", "created_at"),
                    Column.of("DEADLINE", "deadline"),
                    Column.of("IS", "deadline_is"));
        }

        private static String status(JsonNode batch) {
            return batch.path("paused_at").isTextual()
                    ? "paused"
                    : batch.path("status").asText();
        }
    }

    abstract static class OfOne extends OperatorCommand {
        @Parameters(paramLabel = "BATCH", description = "The batch's id.")
        private String batch;

        String path() {
            return BATCHES + "/" + OperatorClient.encoded(batch);
        }
    }

    /// `doubleword batches show`.
    @Command(name = "show", description = "Show one batch.")
    static final class Show extends OfOne {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.details(server.get(path()));
        }
    }

    /// `doubleword batches chunks`.
    @Command(name = "chunks", description = "List the chunks of a batch: what waits, who works on what, what is done.")
    static final class ListChunks extends OfOne {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(path() + "/chunks").path("data"),
                    "It has no chunks.",
                    Column.of("NO", "no"),
                    Column.of("MODEL", "model"),
                    Column.of("STATE", "state"),
                    Column.of("LINES", "lines"),
                    Column.of("OK", "completed"),
                    Column.of("FAILED", "failed"),
                    Column.of("TOKENS", "tokens"),
                    Column.of("EPOCH", "epoch"),
                    Column.of("NODE", "node"),
                    Column.of("LEASED UNTIL", "lease_until"));
        }
    }

    /// `doubleword batches segments`.
    @Command(name = "segments", description = "List the segments of a batch's results, in their order.")
    static final class ListSegments extends OfOne {
        @Option(names = "--from", paramLabel = "SEQ", defaultValue = "0", description = "The first. Default: 0.")
        private int from;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "How many. Default: 100.")
        private int limit;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(path() + "/segments?from=" + from + "&limit=" + limit)
                            .path("data"),
                    "No results yet.",
                    Column.of("SEQ", "seq"),
                    Column.of("CHUNK", "chunk"),
                    Column.of("EPOCH", "epoch"),
                    Column.of("BLOB", "blob"),
                    Column.of("AT", "at"),
                    Column.of("OK", "completed"),
                    Column.of("FAILED", "failed"),
                    Column.of("BYTES", "bytes"),
                    Column.of("CRC-32C", "crc"));
        }
    }

    /// `doubleword batches slots`.
    @Command(
            name = "slots",
            description = "List how many requests of each model may run later at once, and which node has how many.")
    static final class ListSlots extends OperatorCommand {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(BATCHES + "/slots").path("data"),
                    "No request has run later yet.",
                    Column.of("MODEL", "model"),
                    Column.of("LIMIT", "limit"),
                    Column.of("PER SECOND", "per_second"),
                    Column.of("LEFT ALONE UNTIL", "resumes_at"),
                    Column.of("NODE", "node"),
                    Column.of("SLOTS", "slots"),
                    Column.of("WANTED", "wanted"),
                    Column.of("LEASED UNTIL", "lease_until"));
        }
    }

    abstract static class Change extends OfOne {
        private final String verb;

        Change(String verb) {
            this.verb = verb;
        }

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode now = server.post(path() + "/" + verb, Map.of());
            output.said(
                    now,
                    now.path("id").asText() + " is "
                            + (now.path("paused_at").isTextual()
                                    ? "paused"
                                    : now.path("status").asText()) + ": "
                            + now.path("completed").asText() + " of "
                            + now.path("total").asText() + " answered, "
                            + now.path("failed").asText() + " failed.");
        }
    }

    /// `doubleword batches cancel`.
    @Command(name = "cancel", description = "Cancel a batch: requests under way end and count.")
    static final class Cancel extends Change {
        Cancel() {
            super("cancel");
        }
    }

    /// `doubleword batches retry`.
    @Command(name = "retry", description = "Make again what failed or was not made.")
    static final class Retry extends Change {
        Retry() {
            super("retry");
        }
    }

    /// `doubleword batches pause`.
    @Command(name = "pause", description = "Begin no requests of a batch for now; its deadline stays.")
    static final class Pause extends Change {
        Pause() {
            super("pause");
        }
    }

    /// `doubleword batches resume`.
    @Command(name = "resume", description = "Have a paused batch go on.")
    static final class Resume extends Change {
        Resume() {
            super("resume");
        }
    }
}
