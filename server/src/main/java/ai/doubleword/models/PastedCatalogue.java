package ai.doubleword.models;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.YamlLines;
import ai.doubleword.providers.Provider;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A catalogue that somebody pasted into a page. Unlike the command, which runs where its reader's variables and
/// files are, the server opens none of its own for it: a reference that it knows already stands for the secret
/// that it has, any other is refused.
final class PastedCatalogue {
    private final Map<String, Provider> known;

    PastedCatalogue(Collection<Provider> known) {
        this.known = known.stream().collect(Collectors.toMap(Provider::name, Function.identity()));
    }

    /// @throws ProblemException `invalid_value`, with the line that is wrong
    CatalogueFile.Read read(String text) {
        YamlLines lines = lines(text);
        try {
            JsonNode root = new YAMLMapper().readTree(text);
            if (!root.isObject() || !(root.has("providers") || root.has("models"))) {
                throw invalid(
                        "The text has neither 'providers:' nor 'models:' at its beginning. Begin with an export.");
            }
            int i = 0;
            for (JsonNode provider : root.path("providers")) {
                if (provider instanceof ObjectNode object) {
                    keep("providers[" + i + "]", object);
                }
                i++;
            }
            return new CatalogueFile(name -> null).read(root);
        } catch (CatalogueFaultException e) {
            throw invalid(place(lines, e.path()) + e.getMessage() + ".");
        } catch (JsonProcessingException e) {
            throw notYaml(e);
        }
    }

    /// The refusal of a document that was read, in terms of the text.
    static ProblemException inText(String text, ProblemException refused) {
        String param = refused.problem().param();
        return new ProblemException(Problem.of(
                refused.problem().code(),
                place(lines(text), param == null ? "" : param)
                        + refused.problem().message()));
    }

    private void keep(String place, ObjectNode provider) {
        Provider has = known.get(provider.path("name").asText());
        for (String kind : new String[] {"env", "file"}) {
            JsonNode reference = provider.remove("api-key-" + kind);
            if (reference != null && (has == null || !has.keySource().equals(kind + ":" + reference.asText()))) {
                throw unknown(place + ".api-key-" + kind);
            }
        }
        if (provider.path("headers") instanceof ObjectNode headers) {
            for (Map.Entry<String, JsonNode> header : headers.properties()) {
                for (String kind : new String[] {"env", "file"}) {
                    JsonNode reference = header.getValue().path(kind);
                    if (!reference.isMissingNode()) {
                        if (has == null
                                || !(kind + ":" + reference.asText())
                                        .equals(has.headers().get(header.getKey()))) {
                            throw unknown(place + ".headers." + header.getKey());
                        }
                        header.setValue(headers.textNode("kept"));
                    }
                }
            }
        }
    }

    private static CatalogueFaultException unknown(String place) {
        return new CatalogueFaultException(
                place,
                "the page reads no variables and files of the server. Apply this with 'doubleword config apply', or"
                        + " connect the provider on its page first");
    }

    private static String place(YamlLines lines, String path) {
        int line = lines.line(path);
        return line == 0 ? "" : "Line " + line + ": ";
    }

    private static YamlLines lines(String text) {
        try {
            return YamlLines.of(text);
        } catch (JsonProcessingException e) {
            throw notYaml(e);
        } catch (IOException e) {
            throw new IllegalStateException("a text is read without I/O", e);
        }
    }

    private static ProblemException notYaml(JsonProcessingException e) {
        return invalid("Line " + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
                + " is no YAML. Check indentation, colons and quotes around it.");
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(ErrorCode.INVALID_VALUE, message);
    }
}
