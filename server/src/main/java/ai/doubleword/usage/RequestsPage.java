package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.payloads.KeptPayloads;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.KeyText;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.RequestsResource.Entry;
import io.quarkus.arc.All;
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
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    private final KeptPayloads payloads;
    private final List<RequestResult> results;

    RequestsPage(
            RequestLogStore store,
            Accounts accounts,
            CurrentCaller current,
            Clock clock,
            KeptPayloads payloads,
            @All List<RequestResult> results) {
        this.results = results;
        this.payloads = payloads;
        this.store = store;
        this.accounts = accounts;
        this.current = current;
        this.clock = clock;
    }

    /// What the page shows, as its address says.
    ///
    /// @param range `1h`, `24h`, `7d` or `30d`
    /// @param status an HTTP status, or a class such as `5xx`; empty for all
    /// @param tier as in the API; empty for all
    /// @param cause as in the API; empty for all
    /// @param slow milliseconds that a request took at least; empty for all
    /// @param batch id of a batch; empty for all
    /// @param live whether the newest come in by themselves
    record View(
            String range,
            String model,
            String key,
            String status,
            String tier,
            String cause,
            String slow,
            String batch,
            boolean live) {
        /// The address with something else in one place.
        public String href(String name, String value) {
            StringBuilder query = new StringBuilder("?range=").append(name.equals("range") ? value : range);
            filters().forEach((field, text) -> add(query, field, field.equals(name) ? value : text));
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

        /// As [#ranges].
        public List<String> tiers() {
            return Arrays.stream(Tier.values()).map(Tier::wire).toList();
        }

        /// As [#ranges].
        public List<String> causes() {
            return Arrays.stream(Cause.values()).map(Cause::wire).toList();
        }

        /// The address as it is.
        public String query() {
            return href("", "");
        }

        /// Whether anything narrows the list.
        public boolean filtered() {
            return filters().values().stream().anyMatch(text -> !text.isEmpty());
        }

        /// The same list in the API; its range begins when the page was made.
        String api(Instant from) {
            StringBuilder query = new StringBuilder("/admin/api/v1/requests?timestamp_after=").append(from);
            add(query, "model", model);
            add(query, "key_id", bareKey(key));
            add(query, "status_code", statusOf(status) == 0 ? "" : Integer.toString(statusOf(status)));
            add(query, "tier", tier);
            add(query, "cause", cause);
            add(query, "min_ms", slow);
            add(query, "fusillade_batch_id", batch);
            return query.toString();
        }

        private Map<String, String> filters() {
            Map<String, String> filters = new LinkedHashMap<>();
            filters.put("model", model);
            filters.put("key", key);
            filters.put("status", status);
            filters.put("tier", tier);
            filters.put("cause", cause);
            filters.put("slow", slow);
            filters.put("batch", batch);
            return filters;
        }

        private static void add(StringBuilder query, String name, String value) {
            if (!value.isEmpty()) {
                query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
    }

    /// @param partial whether the account has requests that the reader is not shown
    /// @param next the address of the page that follows; empty for the last
    /// @param searchedTo the time of the last row that was looked at, where the page ended before it was full
    /// @param api the same list in the API
    record list(
            String base,
            View view,
            List<Entry> entries,
            boolean partial,
            String next,
            Optional<Instant> searchedTo,
            String api)
            implements TemplateInstance {}

    /// @param results what else is kept of it
    /// @param payload what it held, where that was kept
    record detail(String base, Entry entry, List<RequestResult.Link> results, Optional<PayloadText> payload)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @PathParam("place") String place,
            @QueryParam("range") @DefaultValue("24h") String range,
            @QueryParam("model") @DefaultValue("") String model,
            @QueryParam("key") @DefaultValue("") String key,
            @QueryParam("status") @DefaultValue("") String status,
            @QueryParam("tier") @DefaultValue("") String tier,
            @QueryParam("cause") @DefaultValue("") String cause,
            @QueryParam("slow") @DefaultValue("") String slow,
            @QueryParam("batch") @DefaultValue("") String batch,
            @QueryParam("live") @DefaultValue("") String live,
            @QueryParam("after") @Nullable String after) {
        String known = length(range) == null ? "24h" : range;
        View view = new View(
                known,
                model.strip(),
                KeyText.cut(key.strip()),
                status.strip(),
                tier,
                cause,
                slow.strip().matches("[1-9][0-9]{0,8}") ? slow.strip() : "",
                Ids.parse("batch", batch).isPresent() ? batch : "",
                !live.isEmpty());
        Instant now = clock.instant();
        Instant from = now.minus(Objects.requireNonNull(length(known)));
        RequestFilter filter = new RequestFilter(
                        from,
                        now.plus(AHEAD),
                        0,
                        0,
                        view.model(),
                        bareKey(view.key()),
                        Ids.parse("batch", view.batch()).orElse(0),
                        statusOf(view.status()),
                        Parameters.choice("tier", tier, Tier.values()),
                        Parameters.choice("cause", cause, Cause.values()),
                        view.slow().isEmpty() ? 0 : Long.parseLong(view.slow()))
                .below(after == null ? 0 : Ids.parse("req", after).orElse(0));
        Viewer viewer = Viewer.of(current.get(), accounts);
        RequestLogStore.Found found = store.search(viewer, filter, PAGE + 1, 0);
        boolean full = found.entries().size() > PAGE;
        List<Entry> entries = full ? found.entries().subList(0, PAGE) : found.entries();
        String next = full
                ? entries.getLast().requestId()
                : found.searchedTo() != 0 ? Ids.format("req", found.searchedTo()) : "";
        return ConsolePages.page(
                        200,
                        new list(
                                base(place),
                                view,
                                entries,
                                viewer.partial(),
                                next.isEmpty() ? "" : view.href("after", next),
                                found.searchedTo() == 0
                                        ? Optional.empty()
                                        : Optional.of(Instant.ofEpochMilli(Ids.millis(found.searchedTo()))),
                                view.api(from.truncatedTo(ChronoUnit.SECONDS))))
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
        RequestFilter filter = RequestFilter.of(exact.getAsLong());
        Viewer viewer = Viewer.of(current.get(), accounts);
        Entry entry = store.entries(viewer, filter, 1, 0).stream().findFirst().orElseThrow(RequestsPage::notFound);
        Optional<PayloadText> payload =
                payloads.find(current.get(), exact.getAsLong()).map(PayloadText::of);
        List<RequestResult.Link> kept = results.stream()
                .flatMap(result -> result.of(current.get(), entry.part()).stream())
                .toList();
        return ConsolePages.page(200, new detail(base(place), entry, kept, payload))
                .build();
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

    /// As [RequestFilter#status]: `404` is itself, `4xx` is 4, anything else is no filter.
    private static int statusOf(String text) {
        if (text.matches("[1-5][xX]{2}")) {
            return text.charAt(0) - '0';
        }
        return text.matches("[1-5][0-9]{2}") ? Integer.parseInt(text) : 0;
    }

    private static String bareKey(String key) {
        return key.replaceFirst("^(key_|dw_[sp]k_)", "");
    }

    private static String base(String place) {
        return "/" + place + "/requests";
    }

    private static ProblemException notFound() {
        return new ProblemException(
                ErrorCode.NOT_FOUND, "There is no such request here. Requests show up a moment after they end.");
    }
}
