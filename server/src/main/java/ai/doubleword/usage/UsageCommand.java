package ai.doubleword.usage;

import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `doubleword usage`: tokens, requests and cost of everybody on this server.
@Command(name = "usage", description = "Show tokens, requests and cost.")
public final class UsageCommand extends OperatorCommand {
    @Option(
            names = "--by",
            paramLabel = "WHAT",
            defaultValue = "model",
            description = "key, model, member, tier, hour or day. Default: model.")
    private String by;

    @Option(names = "--since", paramLabel = "TIME", description = "From when on. Default: 30 days ago.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Until when. Default: now.")
    private @Nullable String until;

    @Override
    protected void run(OperatorClient server, CommandOutput output) {
        String path = "/admin/api/v1/usage?group_by=" + OperatorClient.encoded(by) + parameter("start_date", since)
                + parameter("end_date", until);
        JsonNode usage = server.get(path);
        String field = switch (by.toLowerCase(Locale.ROOT)) {
            case "key" -> "key_name";
            case "hour", "day" -> "bucket";
            default -> by;
        };
        output.table(
                usage.path("groups"),
                "Nothing was used in this time.",
                Column.of(by.toUpperCase(Locale.ROOT), field),
                Column.of("REQUESTS", "request_count"),
                Column.of("FAILED", "failed_request_count"),
                Column.of("REFUSED", "refused_request_count"),
                Column.of("INPUT", "input_tokens"),
                Column.of("OUTPUT", "output_tokens"),
                Column.of("COST $", "cost"));
    }

    static String parameter(String name, @Nullable String value) {
        return value == null || value.isEmpty() ? "" : "&" + name + "=" + OperatorClient.encoded(value);
    }
}
