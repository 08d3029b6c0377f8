package ai.doubleword.webhooks;

import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword webhooks …`: webhooks of everybody on this server, and how their deliveries fare.
@Command(
        name = "webhooks",
        description = "List webhooks, see how their deliveries fare, send events again.",
        subcommands = {
            WebhooksCommand.ListWebhooks.class,
            WebhooksCommand.Deliveries.class,
            WebhooksCommand.Redeliver.class
        })
public final class WebhooksCommand extends GroupCommand {
    private static final String WEBHOOKS = "/admin/api/v1/webhooks";

    /// `doubleword webhooks list`.
    @Command(name = "list", description = "List the webhooks of all accounts, newest first.")
    static final class ListWebhooks extends OperatorCommand {
        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many. Default: 20.")
        private int limit;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(WEBHOOKS + "?limit=" + limit).path("data"),
                    "No webhooks yet.",
                    Column.of("WEBHOOK", "/webhook/id"),
                    Column.of("URL", "/webhook/url"),
                    Column.of("STATUS", "status"),
                    Column.of("EVENTS", "/webhook/event_types"),
                    Column.of("FAILING SINCE", "/webhook/failing_since"),
                    Column.of("MADE BY", "/webhook/user_id"));
        }
    }

    /// `doubleword webhooks deliveries`.
    @Command(name = "deliveries", description = "List the latest deliveries of a webhook, newest first.")
    static final class Deliveries extends OperatorCommand {
        @Parameters(paramLabel = "WEBHOOK", description = "The webhook's id.")
        private String webhook;

        @Option(
                names = "--state",
                paramLabel = "STATE",
                defaultValue = "",
                description = "Only those that are waiting, delivered, failed or cancelled.")
        private String state;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many. Default: 20.")
        private int limit;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(WEBHOOKS + "/" + OperatorClient.encoded(webhook) + "/deliveries?limit=" + limit
                                    + "&state=" + OperatorClient.encoded(state))
                            .path("data"),
                    "No deliveries.",
                    Column.of("EVENT", "event"),
                    Column.of("TYPE", "type"),
                    Column.of("STATE", "state"),
                    Column.of("ATTEMPTS", "attempts"),
                    Column.of("CREATED", "created_at"),
                    Column.of("LAST PROBLEM", "problem"));
        }
    }

    /// `doubleword webhooks redeliver`.
    @Command(name = "redeliver", description = "Send an event to a webhook again, at once.")
    static final class Redeliver extends OperatorCommand {
        @Parameters(index = "0", paramLabel = "WEBHOOK", description = "The webhook's id.")
        private String webhook;

        @Parameters(index = "1", paramLabel = "EVENT", description = "The event's id.")
        private String event;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(
                    server.post(
                            WEBHOOKS + "/" + OperatorClient.encoded(webhook) + "/deliveries/"
                                    + OperatorClient.encoded(event) + "/redeliver",
                            Map.of()),
                    "The event " + event + " is on its way again.");
        }
    }
}
