package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.usage.RequestsResource.Entry;
import ai.doubleword.usage.RequestsResource.Filter;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Requests** of an account: the request log, newest first, within a range of time. A plain member of an
/// organization sees the own ones.
@Path("{place: me|o/[a-z0-9-]+}/requests")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "usage")
public final class RequestsPage {
    private static final int PAGE = 50;
    /// Clocks of other nodes may run ahead.
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final RequestLogStore store;
    private final Accounts accounts;
    private final CurrentCaller current;
    private final Clock clock;

    RequestsPage(RequestLogStore store, Accounts accounts, CurrentCaller current, Clock clock) {
        this.store = store;
        this.accounts = accounts;
        this.current = current;
        this.clock = clock;
    }

    /// What the page shows, as its address says.
    ///
    /// @param range `1h`, `24h`, `7d` or `30d`
    /// @param status an HTTP status as text; empty for all
    /// @param live whether the newest come in by themselves
    record View(String range, String model, String key, String status, boolean live) {
        /// The address with something else in one place.
        public String href(String name, String value) {
            StringBuilder query = new StringBuilder("?range=").append(name.equals("range") ? value : range);
            add(query, "model", name.equals("model") ? value : model);
            add(query, "key", name.equals("key") ? value : key);
            add(query, "status", name.equals("status") ? value : status);
            if (name.equals("live") ? !value.isEmpty() : live && !name.equals("after")) {
                query.append("&live=on");
            }
            if (name.equals("after")) {
                add(query, "after", value);
            }
            return query.toString();
        }

        /// What can be chosen.
        public List<String> ranges() {
            return List.of("1h", "24h", "7d", "30d");
        }

        /// The address as it is.
        public String query() {
            return href("", "");
        }

        /// Whether anything narrows the list.
        public boolean filtered() {
            return !model.isEmpty() || !key.isEmpty() || !status.isEmpty();
        }

        private static void add(StringBuilder query, String name, String value) {
            if (!value.isEmpty()) {
                query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
    }

    /// @param partial whether the account has requests that the reader is not shown
    /// @param next the address of the page that follows; empty for the last
    record list(String base, View view, List<Entry> entries, boolean partial, String next)
            implements TemplateInstance {}

    record detail(String base, Entry entry) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @PathParam("place") String place,
            @QueryParam("range") @DefaultValue("24h") String range,
            @QueryParam("model") @DefaultValue("") String model,
            @QueryParam("key") @DefaultValue("") String key,
            @QueryParam("status") @DefaultValue("") String status,
            @QueryParam("live") @DefaultValue("") String live,
            @QueryParam("after") @Nullable String after) {
        String known = length(range) == null ? "24h" : range;
        View view = new View(known, model.strip(), key.strip(), status.strip(), !live.isEmpty());
        Instant now = clock.instant();
        long below = after == null ? 0 : Ids.parse("req", after).orElse(0);
        Filter filter = new Filter(
                now.minus(java.util.Objects.requireNonNull(length(known))),
                below == 0 ? now.plus(AHEAD) : Instant.ofEpochMilli(Ids.millis(below)),
                below,
                0,
                view.model(),
                view.key().replaceFirst("^(key_|dw_[sp]k_)", ""),
                0,
                status(view.status()));
        Viewer viewer = Viewer.of(current.get(), accounts);
        List<Entry> found = store.entries(viewer, filter, PAGE + 1, 0);
        boolean more = found.size() > PAGE;
        List<Entry> entries = more ? found.subList(0, PAGE) : found;
        return ConsolePages.page(
                        200,
                        new list(
                                base(place),
                                view,
                                entries,
                                viewer.partial(),
                                more ? view.href("after", entries.getLast().requestId()) : ""))
                .build();
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response detail(@PathParam("place") String place, @PathParam("id") String id) {
        OptionalLong exact = Ids.parse("req", id);
        if (exact.isEmpty()) {
            throw notFound();
        }
        Instant at = Instant.ofEpochMilli(Ids.millis(exact.getAsLong()));
        Filter filter = new Filter(at, at, 0, exact.getAsLong(), "", "", 0, 0);
        Entry entry = store.entries(Viewer.of(current.get(), accounts), filter, 1, 0).stream()
                .findFirst()
                .orElseThrow(RequestsPage::notFound);
        return ConsolePages.page(200, new detail(base(place), entry)).build();
    }

    private static @Nullable Duration length(String range) {
        return switch (range) {
            case "1h" -> Duration.ofHours(1);
            case "24h" -> Duration.ofHours(24);
            case "7d" -> Duration.ofDays(7);
            case "30d" -> Duration.ofDays(30);
            default -> null;
        };
    }

    private static int status(String text) {
        return text.matches("[1-5][0-9]{2}") ? Integer.parseInt(text) : 0;
    }

    private static String base(String place) {
        return "/" + place + "/requests";
    }

    private static ProblemException notFound() {
        return new ProblemException(
                ErrorCode.NOT_FOUND, "There is no such request here. Requests show up a moment after they end.");
    }
}
