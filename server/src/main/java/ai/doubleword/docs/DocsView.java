package ai.doubleword.docs;

import ai.doubleword.platform.KeyText;
import ai.doubleword.platform.Nearest;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateInstance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Puts pages into the frame of the documentation.
@Singleton
class DocsView {
    private final Pages pages;
    private final PageRenderer renderer;

    DocsView(Pages pages, PageRenderer renderer) {
        this.pages = pages;
        this.renderer = renderer;
    }

    /// What the frame shows on every page.
    ///
    /// @param base what the addresses of pages begin with
    /// @param name the page, for the switcher to lead to; empty for the first
    /// @param groups the navigation
    record Frame(String base, String name, List<Pages.Group> groups) {
        /// The address of this page.
        public String here() {
            return name.isEmpty() ? base : base + "/" + name;
        }

        /// How the address of this page ends in each account.
        public String end() {
            return name.isEmpty() ? DocsPage.BASE : DocsPage.BASE + "/" + name;
        }
    }

    record page(Frame frame, Page page, RawString content, Optional<Page> previous, Optional<Page> next)
            implements TemplateInstance {}

    record overview(Frame frame) implements TemplateInstance {}

    record search(Frame frame, String query, List<Search.Hit> hits) implements TemplateInstance {}

    /// What stands below the search box while one types.
    record hits(Frame frame, String query, List<Search.Hit> hits) implements TemplateInstance {}

    record missing(Frame frame, String asked, Optional<Page> nearest) implements TemplateInstance {}

    TemplateInstance overview(String base) {
        return new overview(frame(base, ""));
    }

    TemplateInstance page(Page page, Reader reader) {
        return new page(
                frame(reader.base(), page.name()),
                page,
                new RawString(renderer.html(page, reader)),
                pages.beside(page, -1),
                pages.beside(page, 1));
    }

    /// @param alone whether only what was found is wanted
    TemplateInstance search(String base, String asked, boolean alone) {
        String query = KeyText.cut(asked);
        Frame frame = frame(base, "search");
        List<Search.Hit> found = Search.find(pages.all().values(), query);
        return alone ? new hits(frame, query, found) : new search(frame, query, found);
    }

    /// What is shown in place of a page that is not there: the one that was most likely meant.
    TemplateInstance missing(String base, String asked) {
        return new missing(
                frame(base, ""), asked, Nearest.to(asked, pages.all().keySet()).flatMap(pages::find));
    }

    private Frame frame(String base, String name) {
        return new Frame(base, name, pages.groups());
    }
}
