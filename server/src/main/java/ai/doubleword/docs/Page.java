package ai.doubleword.docs;

import java.util.List;
import org.commonmark.node.Node;

/// A page, parsed. Rendering reads the tree and never changes it.
///
/// @param name what stands behind `/docs/` in its address
/// @param title its first heading
/// @param description the first sentence below it
/// @param markdown its source
/// @param tree its blocks, without the title
/// @param sections its text by heading, the introduction first
record Page(String name, String title, String description, String markdown, Node tree, List<Section> sections) {
    private static final String SAMPLES = "file=samples/";

    Page {
        sections = List.copyOf(sections);
    }

    /// The text below a heading.
    ///
    /// @param level of its heading, 2 or more; 1 for what comes before the first
    /// @param anchor of its heading; empty for the introduction
    record Section(int level, String anchor, String title, String text) {}

    /// What its table of contents lists.
    public List<Section> contents() {
        return sections.stream()
                .filter(section -> section.level() == 2 || section.level() == 3)
                .toList();
    }

    /// What models its first sample calls: `embedding`, or `chat`.
    String modelType() {
        int first = Math.max(0, markdown.indexOf(SAMPLES));
        return markdown.startsWith(SAMPLES + "embeddings/", first) ? "embedding" : "chat";
    }
}
