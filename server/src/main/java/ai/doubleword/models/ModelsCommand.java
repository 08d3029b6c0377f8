package ai.doubleword.models;

import ai.doubleword.platform.CommandFailedException;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword models …`: what customers call.
@Command(
        name = "models",
        description = "Models, their routes and prices.",
        subcommands = {
            ModelsCommand.Add.class,
            ModelsCommand.ListAll.class,
            ModelsCommand.Show.class,
            ModelsCommand.Change.class,
            ModelsCommand.Price.class,
            ModelsCommand.Test.class,
            ModelsCommand.Remove.class
        })
public final class ModelsCommand extends GroupCommand {
    static final String PATH = "/admin/api/v1/models";

    /// Prints test calls: one result, or one for each target.
    static void tested(JsonNode answer, CommandOutput output) {
        JsonNode results = answer.has("targets")
                ? answer.path("targets")
                : JsonNodeFactory.instance.arrayNode().add(answer);
        output.table(
                results,
                "It has no place to run.",
                Column.of("PROVIDER", "provider"),
                Column.of("MODEL", "model"),
                new Column("RESULT", row -> row.at("/result/ok").asBoolean() ? "ok" : "failed"),
                Column.of("STATUS", "/result/status"),
                Column.of("FIRST BYTE MS", "/result/first_byte_ms"),
                Column.of("TOTAL MS", "/result/total_ms"),
                Column.of("MESSAGE", "/result/message"));
        if (results.valueStream().anyMatch(row -> !row.at("/result/ok").asBoolean())) {
            throw new CommandFailedException("A test call failed.", "The table above says how.");
        }
    }

    /// A command about one model.
    abstract static class Named extends OperatorCommand {
        @Parameters(paramLabel = "NAME", description = "The model's name.")
        private String name;

        final String path() {
            return PATH + "/" + OperatorClient.encoded(name);
        }

        final String model() {
            return name;
        }
    }

    @Command(name = "add", description = "Add a model that runs at a provider.")
    static final class Add extends Named {
        @Option(names = "--provider", paramLabel = "NAME", required = true, description = "Where it runs.")
        private String provider;

        @Option(
                names = "--type",
                paramLabel = "TYPE",
                defaultValue = "chat",
                description = "chat, embedding or rerank. Default: chat.")
        private String type;

        @Option(
                names = "--upstream",
                paramLabel = "NAME",
                description = "What the provider calls it. Default: the same name.")
        private @Nullable String upstream;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            ObjectNode spec = JsonNodeFactory.instance.objectNode();
            spec.put("name", model()).put("type", type);
            ObjectNode target = spec.putArray("targets").addObject().put("provider", provider);
            if (upstream != null) {
                target.put("model", upstream);
            }
            output.said(
                    server.post(PATH, spec),
                    "Added the model " + model() + ", free until it has a price: doubleword models price " + model()
                            + " --input-price 0.15 --output-price 0.60");
        }
    }

    @Command(name = "list", description = "List the models.")
    static final class ListAll extends OperatorCommand {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            JsonNode page = server.get(PATH + "?limit=100");
            var rows = all.putArray("data");
            page.path("data").forEach(rows::add);
            while (rows.size() < page.path("total_count").asInt()
                    && !page.path("data").isEmpty()) {
                page = server.get(PATH + "?limit=100&skip=" + rows.size());
                page.path("data").forEach(rows::add);
            }
            output.table(
                    rows,
                    "No models yet. Add a provider and its models: doubleword providers add NAME --base-url URL --discover",
                    Column.of("NAME", "alias"),
                    Column.of("TYPE", "model_type"),
                    new Column(
                            "PROVIDERS",
                            row -> String.join(
                                    ", ",
                                    row.path("targets")
                                            .valueStream()
                                            .map(target ->
                                                    target.path("provider").asText())
                                            .toList())),
                    new Column(
                            "CONTEXT",
                            row -> row.path("context_length").asInt() == 0
                                    ? ""
                                    : row.path("context_length").asText()),
                    new Column("$/M IN", row -> price(row, "input")),
                    new Column("$/M OUT", row -> price(row, "output")));
        }

        private static String price(JsonNode model, String bucket) {
            return model.path("prices")
                    .valueStream()
                    .filter(price -> price.path("tier").asText().equals("realtime"))
                    .map(price -> price.path(bucket).asText())
                    .findFirst()
                    .orElse("free, no price set");
        }
    }

    @Command(name = "show", description = "Show a model.")
    static final class Show extends Named {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.details(server.get(path()));
        }
    }

    @Command(name = "set", description = "Change a model.")
    static final class Change extends Named {
        @Option(names = "--type", paramLabel = "TYPE", description = "chat, embedding or rerank.")
        private @Nullable String type;

        @Option(names = "--rename", paramLabel = "NAME", description = "Its new name.")
        private @Nullable String rename;

        @Option(names = "--description", paramLabel = "TEXT", description = "One paragraph for people.")
        private @Nullable String description;

        @Option(
                names = "--group",
                paramLabel = "NAME",
                description = "Open it to these groups only; repeat it for several, give '' for everyone.")
        private @Nullable List<String> groups;

        @Option(
                names = "--hidden",
                paramLabel = "YES",
                description = "true: customers neither see nor call it; false: they do again.")
        private @Nullable Boolean hidden;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            ObjectNode spec = JsonNodeFactory.instance.objectNode();
            put(spec, "type", type);
            put(spec, "name", rename);
            put(spec, "description", description);
            if (groups != null) {
                var names = spec.putArray("groups");
                groups.stream().filter(group -> !group.isEmpty()).forEach(names::add);
            }
            if (hidden != null) {
                spec.put("hidden", hidden);
            }
            if (spec.isEmpty()) {
                throw new CommandFailedException("Nothing to change.", "See doubleword models set --help.");
            }
            output.said(server.patch(path(), spec), "Changed the model " + model() + ".");
        }

        private static void put(ObjectNode spec, String key, @Nullable String value) {
            if (value != null) {
                spec.put(key, value);
            }
        }
    }

    @Command(
            name = "price",
            description = "Set a price, in dollars per million tokens. A realtime price fills in the other tiers.")
    static final class Price extends Named {
        @Option(
                names = "--input-price",
                paramLabel = "DOLLARS",
                required = true,
                description = "Per million input tokens.")
        private BigDecimal input;

        @Option(names = "--output-price", paramLabel = "DOLLARS", description = "Per million output tokens.")
        private @Nullable BigDecimal outputPrice;

        @Option(names = "--cached-price", paramLabel = "DOLLARS", description = "Per million cached input tokens.")
        private @Nullable BigDecimal cached;

        @Option(
                names = "--tier",
                paramLabel = "TIER",
                defaultValue = "realtime",
                description = "realtime, flex, batch or background. Default: realtime.")
        private String tier;

        @Option(names = "--window", paramLabel = "TIME", description = "The batch's completion window. Default: 24h.")
        private @Nullable String window;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            ObjectNode price = JsonNodeFactory.instance.objectNode();
            price.put("tier", tier).put("input", input);
            if (outputPrice != null) {
                price.put("output", outputPrice);
            }
            if (cached != null) {
                price.put("cache_read", cached);
            }
            if (window != null) {
                price.put("window", window);
            }
            output.table(
                    server.post(path() + "/tariffs", price).path("data"),
                    "That is its price already.",
                    Column.of("TIER", "tier"),
                    Column.of("WINDOW", "window"),
                    Column.of("$/M IN", "input"),
                    Column.of("$/M CACHED", "cache_read"),
                    Column.of("$/M OUT", "output"),
                    Column.of("VALID FROM", "valid_from"));
        }
    }

    @Command(name = "test", description = "Call a model at each place where it runs.")
    static final class Test extends Named {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            tested(server.post(path() + "/test", MissingNode.getInstance()), output);
        }
    }

    @Command(name = "remove", description = "Remove a model.")
    static final class Remove extends Named {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(server.delete(path()), "Removed the model " + model() + ".");
        }
    }
}
