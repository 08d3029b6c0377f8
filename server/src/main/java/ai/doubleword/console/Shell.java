package ai.doubleword.console;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Authority;
import ai.doubleword.accounts.CurrentSession;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Membership;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.platform.RequestId;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What surrounds a page for who is signed in: the places (accounts) to switch between, the navigation, the token that
/// forms carry. Templates say `inject:shell`; one per request.
@Named("shell")
@RequestScoped
public class Shell {
    private static final String PERSONAL = "/me";
    private static final String ORGANIZATION = "/o/";

    private final Accounts accounts;
    private final Authority authority;
    private final CurrentSession session;
    private final CurrentVertxRequest request;
    private @Nullable User user;
    private @Nullable List<Place> places;
    private @Nullable String notice;

    @Inject
    Shell(Accounts accounts, Authority authority, CurrentSession session, CurrentVertxRequest request) {
        this.accounts = accounts;
        this.authority = authority;
        this.session = session;
        this.request = request;
    }

    /// An account to act in.
    ///
    /// @param name `Personal`, or the organization's
    /// @param path what the addresses of its pages begin with: `/me` or `/o/slug`
    /// @param href where choosing it leads: the page of now, there
    /// @param manages whether its webhooks, members, settings and audit log are the reader's to manage
    /// @param current whether this page is in it
    public record Place(String name, String path, String href, boolean organization, boolean manages, boolean current) {
        /// One letter for its picture.
        public String initial() {
            return name.substring(0, name.offsetByCodePoints(0, 1));
        }
    }

    /// Whether somebody is signed in; the rest is for pages where somebody is.
    public boolean signedIn() {
        return session.find().isPresent();
    }

    public User user() {
        User known = user;
        if (known == null) {
            known = accounts.user(session.get().user()).orElseThrow();
            user = known;
        }
        return known;
    }

    public boolean administrator() {
        return user().role() == UserRole.ADMINISTRATOR;
    }

    /// One letter for the picture of who is signed in.
    public String initial() {
        String name = user().username();
        return name.substring(0, name.offsetByCodePoints(0, 1));
    }

    /// What the last change has to say, once; empty if nothing.
    public String notice() {
        String known = notice;
        if (known == null) {
            known = Notices.take(context());
            notice = known;
        }
        return known;
    }

    /// Where the palette leads: the pages of this account, the other accounts.
    public List<Navigation.Destination> destinations() {
        return Navigation.destinations(navigation(), places());
    }

    /// The token that each form carries in the field `csrf_token`.
    public String csrf() {
        return session.csrfToken();
    }

    public String requestId() {
        return RequestId.of(context()).text();
    }

    /// Every account of the user, the personal one first.
    public List<Place> places() {
        List<Place> known = places;
        if (known == null) {
            known = findPlaces();
            places = known;
        }
        return known;
    }

    /// The account that this page is about; elsewhere the one that the browser was in last.
    public Place place() {
        return places().stream().filter(Place::current).findFirst().orElseGet(() -> places().getFirst());
    }

    /// What the navigation shows, in groups.
    public List<Navigation.Group> navigation() {
        return Navigation.of(
                place(), authority.rights(user(), user().account()), context().normalizedPath());
    }

    private List<Place> findPlaces() {
        String here = context().normalizedPath();
        String current = LastPlace.of(context());
        String rest = LastPlace.section(here);
        List<Place> found = new ArrayList<>();
        found.add(new Place("Personal", PERSONAL, PERSONAL + rest, false, true, current.equals(PERSONAL)));
        for (Membership membership : accounts.memberships(user().id())) {
            boolean manages = administrator() || membership.role() != MemberRole.MEMBER;
            found.add(place(membership.organization(), manages, rest, current));
        }
        // Administrators also reach organizations that they are no members of.
        if (administrator()
                && current.startsWith(ORGANIZATION)
                && found.stream().noneMatch(Place::current)) {
            accounts.organizationBySlug(current.substring(ORGANIZATION.length()))
                    .ifPresent(organization -> found.add(place(organization, true, rest, current)));
        }
        return found;
    }

    private static Place place(Organization organization, boolean manages, String rest, String current) {
        String path = ORGANIZATION + organization.slug();
        return new Place(
                organization.name(), path, path + rest, true, manages, current.equals(path.toLowerCase(Locale.ROOT)));
    }

    private RoutingContext context() {
        return request.getCurrent();
    }
}
