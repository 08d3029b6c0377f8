package ai.doubleword.docs;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All pages in reading order. They are parsed at the first question for one, in a tenth of a second; after that
/// everything is in memory. Thread-safe.
@Singleton
class Pages {
    private final ApiReference api;
    private volatile Map<String, Page> all = Map.of();
    private volatile List<Group> groups = List.of();

    Pages(ApiReference api) {
        this.api = api;
    }

    /// Pages that belong together.
    record Group(String title, List<Page> pages) {}

    Optional<Page> find(String name) {
        return Optional.ofNullable(all().get(name));
    }

    List<Group> groups() {
        all();
        return groups;
    }

    /// By name, in reading order.
    Map<String, Page> all() {
        Map<String, Page> known = all;
        if (known.isEmpty()) {
            synchronized (this) {
                if (all.isEmpty()) {
                    load();
                }
                known = all;
            }
        }
        return known;
    }

    /// The page so many places behind another in reading order.
    Optional<Page> beside(Page page, int step) {
        List<Page> order = List.copyOf(all().values());
        int index = order.indexOf(page) + step;
        return index < 0 || index >= order.size() ? Optional.empty() : Optional.of(order.get(index));
    }

    private void load() {
        PageParser parser = new PageParser();
        Map<String, Page> found = new LinkedHashMap<>();
        List<Group> shelves = new ArrayList<>();
        for (ReadingOrder.Group group : ReadingOrder.GROUPS) {
            List<Page> pages = new ArrayList<>();
            for (String name : group.pages()) {
                Optional<String> markdown =
                        name.equals(ReadingOrder.API) ? Optional.of(api.markdown()) : PageSource.read(name);
                markdown.map(text -> parser.parse(name, text)).ifPresent(page -> {
                    pages.add(page);
                    found.put(name, page);
                });
            }
            if (!pages.isEmpty()) {
                shelves.add(new Group(group.title(), List.copyOf(pages)));
            }
        }
        groups = List.copyOf(shelves);
        all = java.util.Collections.unmodifiableMap(found);
    }
}
