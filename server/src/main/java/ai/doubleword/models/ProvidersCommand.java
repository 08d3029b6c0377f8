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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword providers …`: where models run.
@Command(
        name = "providers",
        description = "Model servers behind this one.",
        subcommands = {
            ProvidersCommand.Add.class,
            ProvidersCommand.ListAll.class,
            ProvidersCommand.Show.class,
            ProvidersCommand.Set.class,
            ProvidersCommand.Discover.class,
            ProvidersCommand.Test.class,
            ProvidersCommand.Remove.class
        })
public final class ProvidersCommand extends GroupCommand {
    static final String PATH = "/admin/api/v1/providers";

    /// A command about one provider.
    abstract static class Named extends OperatorCommand {
        @Parameters(paramLabel = "NAME", description = "The provider's name.")
        private String name;

        final String path() {
            return PATH + "/" + OperatorClient.encoded(name);
        }

        final String provider() {
            return name;
        }
    }

    /// A command that says how a provider is spoken to.
    abstract static class Described extends Named {
        @Option(
                names = "--api-key-env",
                paramLabel = "VAR",
                description = "The environment variable that holds the server's API key.")
        private @Nullable String keyVariable;

        @Option(
                names = "--header-env",
                paramLabel = "NAME=VAR",
                description = "A further header, its value from an environment variable.")
        private Map<String, String> headers = Map.of();

        @Option(
                names = "--responses",
                paramLabel = "none|native|only",
                description = "Whether it serves the Responses API: not, beside chat completions, alone."
                        + " add: not, if not said, or as --discover finds out.")
        private @Nullable String responses;

        final ObjectNode description(@Nullable String baseUrl) {
            ObjectNode spec = JsonNodeFactory.instance.objectNode();
            if (baseUrl != null) {
                spec.put("base_url", baseUrl);
            }
            if (keyVariable != null) {
                spec.put("api_key", variable(keyVariable)).put("api_key_source", "env:" + keyVariable);
            }
            if (!headers.isEmpty()) {
                ObjectNode values = spec.putObject("headers");
                ObjectNode sources = spec.putObject("header_sources");
                headers.forEach((header, variable) -> {
                    values.put(header, variable(variable));
                    sources.put(header, "env:" + variable);
                });
            }
            if (responses != null) {
                spec.putObject("quirks").put("responses", responses);
            }
            return spec;
        }

        private static String variable(String name) {
            String value = System.getenv(name);
            if (value == null || value.isEmpty()) {
                throw new CommandFailedException(
                        "The environment variable " + name + " is not set.", "Set it, then repeat the command.");
            }
            return value;
        }
    }

    @Command(name = "add", description = "Add an OpenAI-compatible server: vLLM, SGLang, Ollama, llama.cpp, OpenAI …")
    static final class Add extends Described {
        @Option(
                names = "--base-url",
                paramLabel = "URL",
                required = true,
                description = "With its version: http://localhost:8000/v1")
        private String baseUrl;

        @Option(names = "--discover", description = "Ask it for its models and add them.")
        private boolean discover;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            ObjectNode spec = description(baseUrl).put("name", provider());
            JsonNode added = server.post(PATH, spec);
            if (discover) {
                output.note("Added the provider " + provider() + ".");
                JsonNode found = server.post(path() + "/discover", MissingNode.getInstance());
                discovered(found, output);
                if (!spec.has("quirks")) {
                    speak(server, found.path("responses").asText(""), output);
                }
            } else {
                output.said(
                        added,
                        "Added the provider " + provider() + ". Its models: doubleword providers discover "
                                + provider());
            }
        }

        /// Has it asked in what it was found to serve.
        private void speak(OperatorClient server, String found, CommandOutput output) {
            if (found.isEmpty() || found.equals("none")) {
                return;
            }
            ObjectNode spec = JsonNodeFactory.instance.objectNode();
            spec.putObject("quirks").put("responses", found);
            server.patch(path(), spec);
            output.note(
                    found.equals("native")
                            ? "It serves the Responses API, so responses go there as they are. Otherwise: doubleword"
                                    + " providers set " + provider() + " --responses none"
                            : "It serves the Responses API and no chat completions, so these are translated.");
        }
    }

    private static void discovered(JsonNode outcome, CommandOutput output) {
        output.table(
                outcome.path("data"),
                "It serves no models.",
                Column.of("MODEL", "name"),
                new Column("TYPE", row -> row.path("type").asText() + (guessed(row) ? " (by its name)" : "")),
                Column.of("CONTEXT", "context_length"),
                new Column("RESULT", row -> row.path("added").asBoolean() ? "added" : "known already"));
        if (outcome.path("data").valueStream().anyMatch(ProvidersCommand::guessed)) {
            output.note("A type that is wrong: doubleword models set NAME --type embedding");
        }
    }

    private static String targets(JsonNode provider) {
        String all = provider.at("/state/targets").asText();
        return provider.at("/state/targets_out").asInt() == 0
                ? all
                : all + ", " + provider.at("/state/targets_out").asText() + " out";
    }

    private static boolean guessed(JsonNode row) {
        return row.path("guessed").asBoolean();
    }

    @Command(name = "list", description = "List the providers.")
    static final class ListAll extends OperatorCommand {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(PATH + "?limit=100").path("data"),
                    "No providers yet. Add one: doubleword providers add vllm --base-url http://localhost:8000/v1",
                    Column.of("NAME", "name"),
                    Column.of("KIND", "kind"),
                    Column.of("URL", "base_url"),
                    new Column("KEY", row -> row.at("/api_key/set").asBoolean() ? "set" : "none"),
                    Column.of("STATE", "/state/status"),
                    new Column("TARGETS", ProvidersCommand::targets),
                    Column.of("LAST CHECK", "/state/detail"));
        }
    }

    @Command(name = "show", description = "Show a provider.")
    static final class Show extends Named {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.details(server.get(path()));
        }
    }

    @Command(name = "set", description = "Change where a provider is, its API key, or what it serves.")
    static final class Set extends Described {
        @Option(names = "--base-url", paramLabel = "URL", description = "With its version: http://localhost:8000/v1")
        private @Nullable String baseUrl;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            ObjectNode spec = description(baseUrl);
            if (spec.isEmpty()) {
                throw new CommandFailedException("Nothing to change.", "See doubleword providers set --help.");
            }
            output.said(server.patch(path(), spec), "Changed the provider " + provider() + ".");
        }
    }

    @Command(name = "discover", description = "Ask a provider for its models and add those that are new.")
    static final class Discover extends Named {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode outcome = server.post(path() + "/discover", MissingNode.getInstance());
            discovered(outcome, output);
            String found = outcome.path("responses").asText("");
            String set = server.get(path()).at("/quirks/responses").asText();
            if (!found.isEmpty() && !found.equals(set)) {
                output.note("Of the Responses API it looks like " + found + ", and is set to " + set
                        + ". To change that: doubleword providers set " + provider() + " --responses " + found);
            }
        }
    }

    @Command(name = "test", description = "Call one of a provider's models.")
    static final class Test extends Named {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            ModelsCommand.tested(server.post(path() + "/test", MissingNode.getInstance()), output);
        }
    }

    @Command(name = "remove", description = "Remove a provider from all routes.")
    static final class Remove extends Named {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode answer = server.delete(path());
            JsonNode stranded = answer.path("models_without_target");
            output.said(answer, "Removed the provider " + provider() + ".");
            for (JsonNode model : stranded) {
                output.note("The model " + model.asText() + " has no place to run now.");
            }
        }
    }
}
