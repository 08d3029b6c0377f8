package ai.doubleword.usage;

import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `doubleword requests`: the request log of everybody on this server, newest first.
@Command(name = "requests", description = "Show the request log, newest first.")
public final class RequestsCommand extends OperatorCommand {
    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many. Default: 20.")
    private int limit;

    @Option(names = "--model", paramLabel = "NAME", description = "Only those of this model.")
    private @Nullable String model;

    @Option(names = "--key", paramLabel = "ID", description = "Only those of this key.")
    private @Nullable String key;

    @Option(names = "--status", paramLabel = "CODE", description = "Only those with this HTTP status.")
    private @Nullable String status;

    @Option(names = "--request", paramLabel = "ID", description = "Only the one with this id.")
    private @Nullable String request;

    @Option(names = "--since", paramLabel = "TIME", description = "Only from this time on.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only up to this time.")
    private @Nullable String until;

    @Override
    protected void run(OperatorClient server, CommandOutput output) {
        String path = "/admin/api/v1/requests?limit=" + limit + UsageCommand.parameter("model", model)
                + UsageCommand.parameter("key_id", key) + UsageCommand.parameter("status_code", status)
                + UsageCommand.parameter("request_id", request) + UsageCommand.parameter("timestamp_after", since)
                + UsageCommand.parameter("timestamp_before", until);
        output.table(
                server.get(path).path("entries"),
                "No requests yet.",
                Column.of("TIME", "timestamp"),
                Column.of("REQUEST", "request_id"),
                Column.of("KEY", "key_id"),
                Column.of("MODEL", "model"),
                Column.of("TARGET", "target"),
                Column.of("STATUS", "status"),
                Column.of("CAUSE", "cause"),
                Column.of("INPUT", "/tokens/input"),
                Column.of("OUTPUT", "/tokens/output"),
                Column.of("MS", "/timings/total_ms"),
                Column.of("COST $", "cost"));
    }
}
