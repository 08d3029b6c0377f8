package ai.doubleword.console;

import java.util.ArrayList;
import java.util.List;

/// What stands beside every page. Only what exists is listed.
public final class Navigation {
    private Navigation() {}

    /// @param title empty for the first group
    public record Group(String title, List<Item> items) {}

    /// @param current whether the page of now is this one or below it
    public record Item(String label, String href, String icon, boolean current) {}

    /// A line of the palette.
    ///
    /// @param group what it is, in a word
    public record Destination(String label, String href, String icon, String group) {}

    static List<Destination> destinations(List<Group> groups, List<Shell.Place> places) {
        List<Destination> found = new ArrayList<>();
        for (Group group : groups) {
            group.items()
                    .forEach(item -> found.add(new Destination(
                            item.label(),
                            item.href(),
                            item.icon(),
                            group.title().isEmpty() ? "Page" : group.title())));
        }
        for (Shell.Place place : places) {
            if (!place.current()) {
                found.add(new Destination("Switch to " + place.name(), place.href(), "organization", "Account"));
            }
        }
        return found;
    }

    static List<Group> of(Shell.Place place, boolean administrator, String path) {
        List<Group> groups = new ArrayList<>();
        groups.add(new Group(
                "",
                List.of(
                        new Item("Home", place.path(), "home", path.equals(place.path())),
                        item("API Keys", place.path() + "/api-keys", "key", path),
                        item("Models", place.path() + "/models", "models", path),
                        item("Requests", place.path() + "/requests", "requests", path),
                        item("Usage", place.path() + "/usage", "usage", path))));
        groups.add(new Group("You", List.of(item("Settings", "/settings", "settings", path))));
        groups.add(new Group("Help", List.of(item("Docs", "/docs", "docs", path))));
        if (administrator) {
            groups.add(new Group(
                    "Administration",
                    List.of(
                            item("Providers", "/providers", "provider", path),
                            item("Design", "/design", "docs", path))));
        }
        return groups;
    }

    private static Item item(String label, String href, String icon, String path) {
        return new Item(label, href, icon, path.equals(href) || path.startsWith(href + "/"));
    }
}
