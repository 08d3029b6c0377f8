package ai.doubleword.models;

import ai.doubleword.platform.CommandFailedException;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import ai.doubleword.platform.YamlLines;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword config export | plan | apply`: the catalogue as code. The program adds them to its `config` group.
public final class CatalogueCommands {
    private static final String PATH = "/admin/api/v1/catalogue";

    private CatalogueCommands() {}

    /// New commands for one command line.
    public static List<OperatorCommand> create() {
        return List.of(new Export(), new Plan(), new Apply());
    }

    @Command(name = "export", description = "Print providers, models, groups and prices as YAML.")
    static final class Export extends OperatorCommand {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            JsonNode catalogue = server.get(PATH);
            try {
                output.said(catalogue, CatalogueFile.write(catalogue).stripTrailing());
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// What plan and apply share.
    abstract static class Reading extends OperatorCommand {
        @Parameters(paramLabel = "FILE", description = "YAML as export prints it.")
        private Path file;

        @Option(
                names = "--keep",
                description = "Keep what the file does not list. Default: a section that the file has is complete.")
        private boolean keep;

        /// A file that was read, with the lines of its parts.
        record Loaded(CatalogueFile.Read content, YamlLines lines) {}

        final JsonNode send(OperatorClient server, String verb, Loaded loaded) {
            try {
                return server.post(
                        PATH + "/" + verb + "?remove=" + !keep, loaded.content().document());
            } catch (CommandFailedException e) {
                throw e.param().isEmpty() ? e : fault(loaded.lines(), e.param(), String.valueOf(e.getMessage()));
            }
        }

        final Loaded load() {
            try {
                String text = Files.readString(file);
                YamlLines lines = YamlLines.of(text);
                JsonNode root = new YAMLMapper().readTree(text);
                try {
                    return new Loaded(new CatalogueFile(System::getenv).read(root), lines);
                } catch (CatalogueFaultException e) {
                    throw fault(lines, e.path(), String.valueOf(e.getMessage()));
                }
            } catch (JsonProcessingException e) {
                throw new CommandFailedException(
                        file + ":" + e.getLocation().getLineNr() + " is no YAML: " + e.getOriginalMessage(),
                        "Check indentation, colons and quotes around this line.");
            } catch (IOException e) {
                throw new CommandFailedException(file + " cannot be read.", "Check the path.");
            }
        }

        private CommandFailedException fault(YamlLines lines, String path, String message) {
            return new CommandFailedException(CatalogueFile.where(file, lines, path) + ": " + message, "");
        }

        final void print(JsonNode answer, String none, CommandOutput output) {
            JsonNode changes = answer.path("changes");
            if (output.isJson()) {
                output.said(changes, "");
            } else if (changes.isEmpty()) {
                output.note(none);
            }
            for (JsonNode change : changes) {
                String sign = switch (change.path("action").asText()) {
                    case "add" -> "+";
                    case "remove" -> "-";
                    default -> "~";
                };
                output.note(sign + " " + change.path("kind").asText() + " "
                        + change.path("name").asText());
                change.path("details").forEach(detail -> output.note("    " + detail.asText()));
            }
        }
    }

    @Command(name = "plan", description = "Show what applying a file would change.")
    static final class Plan extends Reading {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            print(send(server, "plan", load()), "Nothing would change.", output);
        }
    }

    @Command(name = "apply", description = "Make providers, models, groups and prices as a file says.")
    static final class Apply extends Reading {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            Loaded loaded = load();
            print(send(server, "apply", loaded), "Nothing to change.", output);
            for (String provider : loaded.content().discover()) {
                server.post(
                        "/admin/api/v1/providers/" + OperatorClient.encoded(provider) + "/discover",
                        MissingNode.getInstance());
            }
        }
    }
}
