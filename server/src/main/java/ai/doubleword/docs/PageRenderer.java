package ai.doubleword.docs;

import ai.doubleword.console.Code;
import io.quarkus.qute.TemplateInstance;
import jakarta.inject.Singleton;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.html.HtmlWriter;

/// Writes a page's tree as HTML for a reader. Markdown's own HTML is escaped, but for comments, which vanish, and
/// `<details>` with its `<summary>`. Thread-safe.
@Singleton
class PageRenderer {
    private static final Pattern DETAILS =
            Pattern.compile("<details>\\s*<summary>([^<]*)</summary>\\s*", Pattern.DOTALL);
    private static final Pattern ENDPOINT = Pattern.compile("([A-Z]+) (/\\S*)\\s*");
    private static final String CALLS = "DOUBLEWORD_API_KEY";

    private final Samples samples;

    PageRenderer(Samples samples) {
        this.samples = samples;
    }

    /// A sample in one language, with tabs for the others.
    ///
    /// @param text the id of the text itself
    record sample(String id, String text, List<Tab> tabs, Code code, String install, String remark)
            implements TemplateInstance {}

    /// The lines that set the environment, and what can be filled in.
    ///
    /// @param lines whether the lines themselves are shown
    /// @param controls whether what is filled in can be chosen here: once on a page
    record setup(Reader reader, String model, boolean lines, Code environment, Code openAiEnvironment, boolean controls)
            implements TemplateInstance {}

    /// Any other code.
    record listing(String id, String label, Code code) implements TemplateInstance {}

    /// @param id what the browser keeps the focus by
    record Tab(String id, String label, String href, boolean chosen) {}

    /// The HTML below the title.
    String html(Page page, Reader reader) {
        return HtmlRenderer.builder()
                .escapeHtml(true)
                .sanitizeUrls(true)
                .extensions(PageParser.EXTENSIONS)
                .attributeProviderFactory(context -> (node, tag, attributes) -> {
                    if (node instanceof Link) {
                        attributes.computeIfPresent("href", (name, link) -> address(link, reader));
                    } else if (tag.equals("img")) {
                        picture(attributes);
                    }
                })
                .nodeRendererFactory(context -> new Writer(page, reader, context))
                .build()
                .render(page.tree());
    }

    private static void picture(Map<String, String> attributes) {
        String file = attributes.getOrDefault("src", "");
        attributes.put("src", "/docs/" + file);
        attributes.put("loading", "lazy");
        Picture.find(file.replaceFirst("^images/", "")).ifPresent(picture -> {
            attributes.put("src", "/docs/" + file + "?v=" + picture.version());
            attributes.put("width", Integer.toString(picture.width()));
            attributes.put("height", Integer.toString(picture.height()));
        });
    }

    private static String address(String link, Reader reader) {
        return PageSource.target(link)
                .map(target -> reader.base() + "/" + target)
                .orElse(link);
    }

    /// What is written in a way of our own; one for each rendering, for it counts what it writes.
    private final class Writer implements NodeRenderer {
        private final Page page;
        private final Reader reader;
        private final HtmlNodeRendererContext context;
        private final HtmlWriter out;
        private final IdentityHashMap<Heading, String> anchors;
        private int codes;
        private int setups;

        Writer(Page page, Reader reader, HtmlNodeRendererContext context) {
            this.page = page;
            this.reader = reader;
            this.context = context;
            this.out = context.getWriter();
            this.anchors = PageParser.anchors(page.tree());
        }

        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(
                    Heading.class,
                    FencedCodeBlock.class,
                    IndentedCodeBlock.class,
                    HtmlBlock.class,
                    Blocks.Sample.class,
                    Blocks.Setup.class,
                    Blocks.OpenAiSetup.class,
                    Blocks.Wide.class);
        }

        @Override
        public void render(Node node) {
            switch (node) {
                case Heading heading -> heading(heading);
                case FencedCodeBlock fence -> code(fence.getInfo(), fence.getLiteral());
                case IndentedCodeBlock block -> code("", block.getLiteral());
                case HtmlBlock html -> html(html.getLiteral());
                case CustomBlock block -> block(block);
                default -> throw new IllegalStateException("nobody said how to write " + node);
            }
        }

        private void block(CustomBlock block) {
            switch (block) {
                case Blocks.Sample one -> sample(one);
                case Blocks.Setup lines -> setup(lines);
                case Blocks.OpenAiSetup lines -> code("sh", samples.openAiEnvironment(reader.values()));
                default -> {
                    out.raw("<div class=\"tablewrap\" tabindex=\"0\">");
                    children(block);
                    out.raw("</div>");
                }
            }
        }

        private void children(Node parent) {
            for (Node child = parent.getFirstChild(); child != null; child = child.getNext()) {
                context.render(child);
            }
        }

        private void heading(Heading heading) {
            String tag = "h" + heading.getLevel();
            String anchor = anchors.getOrDefault(heading, "");
            out.line();
            out.tag(tag, Map.of("id", anchor));
            children(heading);
            out.tag("a", Map.of("class", "anchor", "href", "#" + anchor, "aria-label", "Link to this section"));
            out.raw("#");
            out.tag("/a");
            out.tag("/" + tag);
            out.line();
        }

        private void html(String literal) {
            Matcher details = DETAILS.matcher(literal);
            if (details.matches()) {
                out.raw("<details class=\"more\"><summary>");
                out.text(details.group(1));
                out.raw("</summary><div class=\"inside\">");
            } else if (literal.strip().equals("</details>")) {
                out.raw("</div></details>");
            } else if (!(literal.startsWith("<!--") && literal.strip().endsWith("-->"))) {
                out.tag("p");
                out.text(literal);
                out.tag("/p");
            }
        }

        private void code(String info, String text) {
            Matcher endpoint = ENDPOINT.matcher(text);
            if (info.equals("http") && endpoint.matches()) {
                out.raw("<p class=\"endpoint\"><span class=\"method\">");
                out.text(endpoint.group(1));
                out.raw("</span><code>");
                out.text(endpoint.group(2));
                out.raw("</code></p>");
                return;
            }
            out.raw(new listing(nextId(), label(info), Code.of(info, text)).render());
        }

        private void sample(Blocks.Sample block) {
            List<Language> languages = samples.languages(block.name);
            Language shown = languages.contains(reader.language()) ? reader.language() : languages.getFirst();
            boolean calls = unfilled(block.name, languages.getFirst()).contains(CALLS);
            String id = nextId();
            List<Tab> tabs = languages.stream()
                    .map(language -> new Tab(
                            id + "-" + language.wire(),
                            label(block.name, language),
                            reader.here() + "?language=" + language.wire(),
                            language == shown))
                    .toList();
            out.raw(new sample(
                            id,
                            id + "-text",
                            tabs,
                            Code.of(shown.colouring(), calls ? filled(block.name, shown) : unfilled(block.name, shown)),
                            calls ? shown.install() : "",
                            calls ? shown.remark() : "")
                    .render());
        }

        /// With the reader's key, and their model where it is of the sample's type.
        private String filled(String name, Language language) {
            String own = ownModel(type(name));
            String chosen = reader.values().model();
            boolean fits = type(name).equals(page.modelType()) && !chosen.isEmpty();
            return samples.text(
                    name,
                    own,
                    language,
                    new Samples.Values(
                            reader.values().baseUrl(),
                            fits ? chosen : own,
                            reader.values().key()));
        }

        private void setup(Blocks.Setup lines) {
            boolean shown = lines.written || !reader.filled();
            setups++;
            out.raw(new setup(
                            reader,
                            reader.values().model().isEmpty()
                                    ? ownModel(page.modelType())
                                    : reader.values().model(),
                            shown,
                            Code.of("sh", samples.environment(reader.values())),
                            Code.of("sh", samples.openAiEnvironment(reader.values())),
                            setups == 1)
                    .render());
        }

        private String nextId() {
            codes++;
            return "code-" + codes;
        }
    }

    private String unfilled(String name, Language language) {
        String own = ownModel(type(name));
        return samples.text(name, own, language, new Samples.Values("", own, ""));
    }

    /// A file for the shell without curl is a script.
    private String label(String name, Language language) {
        boolean script = language == Language.CURL
                && !unfilled(name, language).lines().anyMatch(line -> line.startsWith("curl "));
        return script ? "Shell" : language.label();
    }

    private static String type(String sample) {
        return sample.startsWith("embeddings/") ? "embedding" : "chat";
    }

    private static String ownModel(String type) {
        return type.equals("embedding") ? "all-minilm-l6-v2" : "doubleword-demo";
    }

    private static String label(String info) {
        return switch (info.split(" ", 2)[0]) {
            case "sh", "bash" -> "Shell";
            case "json" -> "JSON";
            case "yaml" -> "YAML";
            case "python" -> "Python";
            case "javascript" -> "JavaScript";
            case "java" -> "Java";
            case "go" -> "Go";
            case "nginx" -> "nginx";
            default -> "";
        };
    }
}
