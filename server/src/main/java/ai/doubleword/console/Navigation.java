package ai.doubleword.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What stands beside every page. Only what exists is listed.
public final class Navigation {
    /// The pages of who runs the platform, in the order of the list. A new page needs its line here, and only that.
    private static final List<AdminPage> ADMINISTRATION = List.of(
            new AdminPage("Users", "/admin/users", "user", "admin"),
            new AdminPage("All organizations", "/admin/organizations", "organization", "admin"),
            new AdminPage("Groups", "/admin/groups", "members", "admin"),
            new AdminPage("Providers", "/admin/providers", "provider", "admin"),
            new AdminPage("Models and routes", "/admin/models", "models", "admin"),
            new AdminPage("Tariffs", "/admin/tariffs", "price", "admin"),
            new AdminPage("Limits", "/admin/limits", "clock", "admin"),
            new AdminPage("Audit", "/admin/audit", "lock", "audit"),
            new AdminPage("System", "/admin/system", "pulse", "admin"),
            new AdminPage("Configuration", "/admin/configuration", "code", "admin"),
            new AdminPage("Demo data", "/admin/demo", "play", "admin"),
            new AdminPage("Outbox", "/admin/outbox", "mail", "admin"),
            new AdminPage("Design", "/design", "docs", "admin"));

    /// The pages that lead to each other behind one entry.
    private static final List<String> PEOPLE = List.of("/members", "/invites", "/join-requests");

    private Navigation() {}

    /// @param right that its readers have
    private record AdminPage(String label, String href, String icon, String right) {}

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

    /// @param rights of who reads, see [ai.doubleword.accounts.Authority]
    static List<Group> of(Shell.Place place, Set<String> rights, String path) {
        List<Group> groups = new ArrayList<>();
        List<Item> pages = new ArrayList<>(List.of(
                new Item("Home", place.path(), "home", path.equals(place.path())),
                item("API Keys", place.path() + "/api-keys", "key", path),
                item("Models", place.path() + "/models", "models", path),
                item("Playground", place.path() + "/playground", "chat", path),
                item("Responses", place.path() + "/responses", "clock", path),
                item("Batches", place.path() + "/batches", "batch", path),
                item("Files", place.path() + "/files", "code", path),
                item("Requests", place.path() + "/requests", "requests", path),
                item("Usage", place.path() + "/usage", "usage", path)));
        if (place.manages()) {
            pages.add(item("Webhooks", place.path() + "/webhooks", "hook", path));
        }
        groups.add(new Group("", pages));
        if (place.organization()) {
            groups.add(new Group("Organization", organization(place, path)));
        }
        groups.add(new Group(
                "You",
                List.of(
                        item("Organizations", "/organizations", "organization", path),
                        item("Settings", "/settings", "settings", path))));
        groups.add(new Group("Help", List.of(item("Docs", "/docs", "docs", path))));
        List<Item> administration = ADMINISTRATION.stream()
                .filter(page -> rights.contains(page.right()))
                .map(page -> item(page.label(), page.href(), page.icon(), path))
                .toList();
        if (!administration.isEmpty()) {
            groups.add(new Group("Administration", administration));
        }
        return groups;
    }

    private static List<Item> organization(Shell.Place place, String path) {
        Item members = new Item(
                "Members",
                place.path() + "/members",
                "members",
                PEOPLE.stream().anyMatch(page -> within(path, place.path() + page)));
        return place.manages()
                ? List.of(
                        members,
                        item("Audit log", place.path() + "/audit", "lock", path),
                        item("Organization settings", place.path() + "/settings", "settings", path))
                : List.of(members);
    }

    private static Item item(String label, String href, String icon, String path) {
        return new Item(label, href, icon, within(path, href));
    }

    private static boolean within(String path, String href) {
        return path.equals(href) || path.startsWith(href + "/");
    }
}
