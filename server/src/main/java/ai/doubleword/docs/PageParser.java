package ai.doubleword.docs;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/// Reads markdown into a [Page]. A sample that stands there once for each language, folded into `<details>` or not,
/// becomes one block; the first that calls models is preceded by the lines that set what it reads. Thread-safe.
final class PageParser {
    static final List<Extension> EXTENSIONS = List.of(TablesExtension.create(), AutolinkExtension.create());

    private static final Pattern SAMPLE = Pattern.compile("\\w+ file=samples/([a-z0-9-]+/)([A-Za-z0-9_]+)\\.(\\w+)");
    private static final Pattern WORD = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final String SETS_KEY = "export DOUBLEWORD_API_KEY=\"<your key>\"\nexport DOUBLEWORD_API_BASE=";
    private static final String SETS_OPENAI_KEY = "export OPENAI_API_KEY=\"<your key>\"\nexport OPENAI_BASE_URL=";

    private final Parser parser = Parser.builder().extensions(EXTENSIONS).build();

    /// @throws IllegalArgumentException if the text does not begin with a heading
    Page parse(String name, String markdown) {
        Node tree = parser.parse(markdown);
        if (!(tree.getFirstChild() instanceof Heading title) || title.getLevel() != 1) {
            throw new IllegalArgumentException("the page " + name + " does not begin with its title");
        }
        title.unlink();
        List<Page.Section> sections = sections(tree, text(title));
        gatherSamples(tree);
        wrapTables(tree);
        return new Page(name, text(title), description(tree), markdown, tree, sections);
    }

    /// The anchor of every heading, in the form that forges give them.
    static IdentityHashMap<Heading, String> anchors(Node tree) {
        IdGenerator ids = IdGenerator.builder().build();
        IdentityHashMap<Heading, String> anchors = new IdentityHashMap<>();
        tree.accept(new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
                anchors.put(heading, ids.generateId(text(heading)));
            }
        });
        return anchors;
    }

    private static List<Page.Section> sections(Node tree, String title) {
        IdentityHashMap<Heading, String> anchors = anchors(tree);
        List<Page.Section> sections = new ArrayList<>();
        int level = 1;
        String anchor = "";
        String heading = title;
        StringBuilder body = new StringBuilder();
        for (Node node = tree.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading next) {
                sections.add(new Page.Section(level, anchor, heading, body.toString()));
                level = next.getLevel();
                anchor = anchors.getOrDefault(next, "");
                heading = text(next);
                body.setLength(0);
            } else if (!(node instanceof FencedCodeBlock fence
                    && fence.getInfo().contains("file="))) {
                body.append(text(node)).append(' ');
            }
        }
        sections.add(new Page.Section(level, anchor, heading, body.toString()));
        return sections;
    }

    private static void gatherSamples(Node tree) {
        boolean set = false;
        Node node = tree.getFirstChild();
        while (node != null) {
            Node block = node;
            if (node instanceof FencedCodeBlock fence) {
                Optional<String> sample = sample(fence);
                if (sample.isPresent()) {
                    if (!set && fence.getLiteral().contains("DOUBLEWORD_API_KEY")) {
                        fence.insertBefore(new Blocks.Setup(false));
                        set = true;
                    }
                    block = gather(fence, sample.get());
                } else if (fence.getLiteral().startsWith(SETS_KEY)) {
                    block = replace(fence, new Blocks.Setup(true));
                    set = true;
                } else if (fence.getLiteral().startsWith(SETS_OPENAI_KEY)) {
                    block = replace(fence, new Blocks.OpenAiSetup());
                }
            }
            node = block.getNext();
        }
    }

    /// Takes a sample and what follows of the same into one block.
    private static Block gather(FencedCodeBlock first, String name) {
        Blocks.Sample all = new Blocks.Sample(name);
        first.insertBefore(all);
        first.unlink();
        List<Node> variant = variant(all.getNext(), name);
        while (!variant.isEmpty()) {
            variant.forEach(Node::unlink);
            variant = variant(all.getNext(), name);
        }
        return all;
    }

    /// The blocks of one more language, or of several that are folded; none if something else follows.
    private static List<Node> variant(Node next, String name) {
        List<Node> found = new ArrayList<>();
        boolean folded = next instanceof HtmlBlock html && html.getLiteral().startsWith("<details>");
        Node node = next;
        if (folded) {
            found.add(next);
            node = next.getNext();
        }
        boolean one = false;
        while (node instanceof FencedCodeBlock fence
                && sample(fence).filter(name::equals).isPresent()) {
            found.add(node);
            node = node.getNext();
            one = true;
        }
        if (!one) {
            return List.of();
        }
        if (folded) {
            if (!(node instanceof HtmlBlock html && html.getLiteral().startsWith("</details>"))) {
                return List.of();
            }
            found.add(node);
        }
        return found;
    }

    /// `samples/chat/JsonSchema.java` is the sample `chat/json_schema`.
    private static Optional<String> sample(FencedCodeBlock fence) {
        Matcher file = SAMPLE.matcher(fence.getInfo());
        if (!file.matches()) {
            return Optional.empty();
        }
        String name = file.group(3).equals("java")
                ? WORD.matcher(file.group(2)).replaceAll("_").toLowerCase(java.util.Locale.ROOT)
                : file.group(2);
        return Optional.of(file.group(1) + name);
    }

    private static Block replace(Block old, Block block) {
        old.insertBefore(block);
        old.unlink();
        return block;
    }

    private static void wrapTables(Node parent) {
        Node node = parent.getFirstChild();
        while (node != null) {
            Node next = node.getNext();
            if (node instanceof TableBlock table) {
                Blocks.Wide wide = new Blocks.Wide();
                table.insertBefore(wide);
                wide.appendChild(table);
            } else {
                wrapTables(node);
            }
            node = next;
        }
    }

    /// The first sentence that is one by itself, and does not lead to what follows.
    private static String description(Node tree) {
        for (Node node = tree.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Paragraph) {
                String text = text(node);
                int end = text.indexOf(". ");
                if (end > 0 || !text.endsWith(":")) {
                    return end < 0 ? text : text.substring(0, end + 1);
                }
            }
        }
        return "";
    }

    /// What a reader sees of a node.
    static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text part) {
                text.append(part.getLiteral());
            }

            @Override
            public void visit(Code part) {
                text.append(part.getLiteral());
            }

            @Override
            public void visit(SoftLineBreak part) {
                text.append(' ');
            }

            @Override
            public void visit(FencedCodeBlock part) {
                text.append(part.getLiteral());
            }

            @Override
            protected void visitChildren(Node parent) {
                super.visitChildren(parent);
                if (parent instanceof Block || parent instanceof org.commonmark.ext.gfm.tables.TableCell) {
                    text.append(' ');
                }
            }
        });
        return text.toString().strip();
    }
}
