package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.User;
import ai.doubleword.console.Chart;
import ai.doubleword.console.DisplayText;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.usage.UsageQuery.Dimension;
import ai.doubleword.usage.UsageQuery.Label;
import ai.doubleword.usage.UsageStore.Largest;
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
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Usage** of an account: a chart over time and a table, by model, key, member or tier. Reads the rollups
/// only, so it costs the same at a thousand requests and at ten million.
@Path("{place: me|o/[a-z0-9-]+}/usage")
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "usage")
public final class UsagePage {
    private static final int SERIES = 6;
    private static final int ROWS = 200;
    private static final String LABEL = "label:";

    private final UsageStore store;
    private final Accounts accounts;
    private final CurrentCaller current;
    private final DisplayText text;
    private final Clock clock;

    UsagePage(UsageStore store, Accounts accounts, CurrentCaller current, DisplayText text, Clock clock) {
        this.store = store;
        this.accounts = accounts;
        this.current = current;
        this.text = text;
        this.clock = clock;
    }

    /// How far back, and in which steps.
    private enum Range {
        DAY("24h", Duration.ofHours(24), ChronoUnit.HOURS, Dimension.HOUR),
        WEEK("7d", Duration.ofDays(7), ChronoUnit.DAYS, Dimension.DAY),
        MONTH("30d", Duration.ofDays(30), ChronoUnit.DAYS, Dimension.DAY),
        QUARTER("90d", Duration.ofDays(90), ChronoUnit.DAYS, Dimension.DAY);

        private final String wire;
        private final Duration length;
        private final ChronoUnit step;
        private final Dimension dimension;

        Range(String wire, Duration length, ChronoUnit step, Dimension dimension) {
            this.wire = wire;
            this.length = length;
            this.step = step;
            this.dimension = dimension;
        }

        static Range of(String wire) {
            for (Range range : values()) {
                if (range.wire.equals(wire)) {
                    return range;
                }
            }
            return MONTH;
        }
    }

    /// What the page shows, as its address says.
    ///
    /// @param range `24h`, `7d`, `30d` or `90d`
    /// @param by `model`, `key`, `member`, `tier`, or `label:` and the name of a label
    /// @param measure `cost`, `tokens` or `requests`
    /// @param labels names of the labels that the account's keys carry
    record View(String range, String by, String measure, List<String> labels) {
        /// The same with something else in one place.
        public String href(String name, String value) {
            return "?range=" + (name.equals("range") ? value : range) + "&by="
                    + URLEncoder.encode(name.equals("by") ? value : by, StandardCharsets.UTF_8)
                    + "&measure=" + (name.equals("measure") ? value : measure);
        }

        /// What can be chosen.
        public List<String> ranges() {
            return List.of("24h", "7d", "30d", "90d");
        }

        /// As [#ranges].
        public List<String> groupings() {
            return List.of("model", "key", "member", "tier");
        }

        /// The address of the usage by a label.
        public String labelHref(String label) {
            return href("by", LABEL + label);
        }

        public boolean isLabel(String label) {
            return by.equals(LABEL + label);
        }

        /// What stands above the names: the label's own, for one.
        public String column() {
            return by.startsWith(LABEL) ? by.substring(LABEL.length()) : by;
        }

        /// As [#ranges].
        public List<String> measures() {
            return List.of("cost", "tokens", "requests");
        }

        /// The address's query as it is.
        public String query() {
            return href("", "");
        }
    }

    /// One row of the table.
    ///
    /// @param color of the chart; `0` for those that share one
    record Row(String name, int color, UsageSums sums, BigDecimal share) {}

    /// The sums of all rows.
    ///
    /// @param saved what was paid less than in the realtime tier, in percent; 0 for nothing
    record Total(
            long requests, long failed, long input, long output, BigDecimal cost, BigDecimal realtime, long saved) {}

    /// What chart and table are made of.
    ///
    /// @param groups over the whole time; of many keys the largest
    /// @param count how many groups there are
    /// @param steps of the groups that have a colour of their own, by time
    /// @param all of all groups, by time
    private record Figures(Collection<UsageSums> groups, int count, List<UsageSums> steps, List<UsageSums> all) {}

    /// @param rows the largest
    /// @param more how many others there are
    /// @param partial whether the account has usage that the reader is not shown
    /// @param api the same figures in the API
    record page(String base, View view, Chart chart, List<Row> rows, int more, Total total, boolean partial, String api)
            implements TemplateInstance {}

    @GET
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public Response show(
            @PathParam("place") String place,
            @QueryParam("range") @DefaultValue("30d") String range,
            @QueryParam("by") @DefaultValue("model") String by,
            @QueryParam("measure") @DefaultValue("cost") String measure) {
        Range chosen = Range.of(range);
        UsageMeasure height = UsageMeasure.of(measure);
        Dimension dimension = dimension(by);
        Viewer viewer = Viewer.of(current.get(), accounts);
        Label label = label(by);
        Figures figures = dimension == Dimension.KEY
                ? ofKeys(viewer, chosen, height)
                : ofAll(sums(viewer, query(chosen, label, EnumSet.of(dimension, chosen.dimension))));
        Total total = total(figures.all());
        List<Row> rows = rows(figures.groups(), dimension, height, total.cost());
        View view = new View(chosen.wire, wire(dimension, label), height.wire(), store.labels(viewer));
        return ConsolePages.page(
                        200,
                        new page(
                                "/" + place + "/usage",
                                view,
                                chart(chosen, dimension, height, figures, rows),
                                rows.subList(0, Math.min(rows.size(), ROWS)),
                                Math.max(0, figures.count() - ROWS),
                                total,
                                viewer.partial(),
                                "/admin/api/v1/usage?group_by=" + text.encoded(wire(dimension, label)) + "&start_date="
                                        + clock.instant().minus(chosen.length).truncatedTo(ChronoUnit.HOURS)))
                .build();
    }

    /// The figures as a table for other programs: a row for each step and group.
    @GET
    @Path("csv")
    @Produces("text/csv")
    @Operation(hidden = true)
    public Response csv(
            @PathParam("place") String place,
            @QueryParam("range") @DefaultValue("30d") String range,
            @QueryParam("by") @DefaultValue("model") String by) {
        Range chosen = Range.of(range);
        Dimension dimension = dimension(by);
        Label label = label(by);
        List<UsageSums> found =
                sums(Viewer.of(current.get(), accounts), query(chosen, label, EnumSet.of(dimension, chosen.dimension)));
        StringBuilder csv = new StringBuilder("time," + wire(dimension, label)
                + ",requests,failed,refused,input_tokens,output_tokens,cost_dollars,realtime_cost_dollars\r\n");
        for (UsageSums sums : found) {
            csv.append(sums.bucket())
                    .append(',')
                    .append(cell(name(dimension, sums)))
                    .append(',')
                    .append(sums.requests())
                    .append(',')
                    .append(sums.failed())
                    .append(',')
                    .append(sums.refused())
                    .append(',')
                    .append(sums.totalInput())
                    .append(',')
                    .append(sums.totalOutput())
                    .append(',')
                    .append(Parameters.dollars(sums.cost()))
                    .append(',')
                    .append(Parameters.dollars(sums.realtimeCost()))
                    .append("\r\n");
        }
        return Response.ok(csv.toString(), "text/csv;charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"usage-" + chosen.wire + ".csv\"")
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    private UsageQuery query(Range range, Label label, EnumSet<Dimension> by) {
        Instant to = clock.instant();
        Instant from = to.truncatedTo(range.step).minus(range.length).plus(1, range.step);
        return UsageQuery.between(from, to, by).labelled(label);
    }

    private List<UsageSums> sums(Viewer viewer, UsageQuery query) {
        return store.sums(viewer, query).stream()
                .filter(sums -> sums.requests() > 0)
                .toList();
    }

    /// Of keys there may be thousands: each step of each would be more than the chart can show.
    private Figures ofKeys(Viewer viewer, Range range, UsageMeasure measure) {
        UsageQuery query = query(range, Label.NONE, EnumSet.of(Dimension.KEY, range.dimension));
        Largest largest = store.largestKeys(viewer, query, measure, ROWS);
        List<String> colored = largest.keys().stream()
                .limit(SERIES)
                .flatMap(key -> Stream.ofNullable(key.key()))
                .toList();
        return new Figures(
                largest.keys(),
                largest.count(),
                colored.isEmpty() ? List.of() : sums(viewer, query.ofKeys(colored)),
                largest.steps());
    }

    private static Figures ofAll(List<UsageSums> steps) {
        Collection<UsageSums> groups = overTime(steps);
        return new Figures(groups, groups.size(), steps, steps);
    }

    private static Collection<UsageSums> overTime(List<UsageSums> steps) {
        Map<List<?>, UsageSums> groups = new LinkedHashMap<>();
        for (UsageSums step : steps) {
            groups.merge(Arrays.asList(step.model(), step.member(), step.tier(), step.label()), step, UsageSums::plus);
        }
        return groups.values();
    }

    /// @param all what all of them cost
    private List<Row> rows(Collection<UsageSums> sums, Dimension dimension, UsageMeasure measure, BigDecimal all) {
        List<UsageSums> sorted = sums.stream()
                .sorted(Comparator.<UsageSums>comparingDouble(measure::of).reversed())
                .toList();
        List<Row> rows = new ArrayList<>();
        for (UsageSums one : sorted) {
            rows.add(new Row(
                    name(dimension, one),
                    rows.size() < SERIES ? rows.size() + 1 : 0,
                    one,
                    all.signum() == 0
                            ? BigDecimal.ZERO
                            : one.cost().multiply(BigDecimal.valueOf(100)).divide(all, 1, RoundingMode.HALF_UP)));
        }
        return rows;
    }

    private Chart chart(Range range, Dimension dimension, UsageMeasure measure, Figures figures, List<Row> rows) {
        Map<String, Integer> series = new HashMap<>();
        List<Integer> colors = new ArrayList<>();
        for (Row row : rows) {
            series.put(row.name(), Math.min(series.size(), SERIES));
            if (colors.size() <= SERIES) {
                colors.add(row.color());
            }
        }
        Map<Instant, List<UsageSums>> groups = byTime(figures.steps());
        Map<Instant, List<UsageSums>> all = byTime(figures.all());
        DoubleFunction<String> format = measure == UsageMeasure.COST
                ? value -> text.dollars(BigDecimal.valueOf(value))
                : value -> text.brief(Math.round(value));
        List<Chart.Point> points = new ArrayList<>();
        Instant now = clock.instant();
        Instant at = now.truncatedTo(range.step).minus(range.length).plus(1, range.step);
        for (int i = 0; at.isBefore(now); i++, at = at.plus(1, range.step)) {
            double[] values = new double[colors.size()];
            for (UsageSums one : groups.getOrDefault(at, List.of())) {
                values[series.getOrDefault(name(dimension, one), 0)] += measure.of(one);
            }
            if (values.length > SERIES) {
                double named = Arrays.stream(values).sum();
                double together = all.getOrDefault(at, List.of()).stream()
                        .mapToDouble(measure::of)
                        .sum();
                values[SERIES] += Math.max(0, together - named);
            }
            List<Double> boxed = Arrays.stream(values).boxed().toList();
            double sum = Arrays.stream(values).sum();
            boolean ticked = i % Math.max(1, (int) (range.length.dividedBy(range.step.getDuration()) / 6)) == 0;
            points.add(
                    new Chart.Point(ticked ? tick(range, at) : "", tick(range, at) + ": " + format.apply(sum), boxed));
        }
        return Chart.of(points, colors, format, "Usage over time, " + measure.wire());
    }

    private static Map<Instant, List<UsageSums>> byTime(List<UsageSums> sums) {
        return sums.stream().collect(Collectors.groupingBy(one -> Objects.requireNonNull(one.bucket())));
    }

    private static Total total(List<UsageSums> steps) {
        BigDecimal cost = steps.stream().map(UsageSums::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal realtime = steps.stream().map(UsageSums::realtimeCost).reduce(BigDecimal.ZERO, BigDecimal::add);
        long saved = realtime.signum() == 0 || realtime.compareTo(cost) <= 0
                ? 0
                : 100
                        - cost.multiply(BigDecimal.valueOf(100))
                                .divide(realtime, 0, RoundingMode.HALF_UP)
                                .longValue();
        return new Total(
                steps.stream().mapToLong(UsageSums::requests).sum(),
                steps.stream().mapToLong(UsageSums::failed).sum(),
                steps.stream().mapToLong(UsageSums::totalInput).sum(),
                steps.stream().mapToLong(UsageSums::totalOutput).sum(),
                cost,
                realtime,
                saved);
    }

    private String name(Dimension dimension, UsageSums sums) {
        String name = switch (dimension) {
            case KEY -> sums.keyName();
            case MEMBER ->
                sums.member() == null
                        ? null
                        : accounts.user(sums.member()).map(User::username).orElse("somebody erased");
            case TIER -> sums.tier() == null ? null : sums.tier().wire();
            case LABEL -> "".equals(sums.label()) ? "(without)" : sums.label();
            default -> sums.model();
        };
        return name == null || name.isEmpty() ? "(unknown)" : name;
    }

    private String tick(Range range, Instant at) {
        return range == Range.DAY
                ? text.utc(at).substring(11, 16)
                : text.day(at).replaceAll(" \\d{4}$", "");
    }

    private static Dimension dimension(String by) {
        return switch (by) {
            case "key" -> Dimension.KEY;
            case "member" -> Dimension.MEMBER;
            case "tier" -> Dimension.TIER;
            default -> label(by).isNamed() ? Dimension.LABEL : Dimension.MODEL;
        };
    }

    private static Label label(String by) {
        return by.matches(LABEL + "[a-z0-9_.-]+") ? new Label(by.substring(LABEL.length()), null) : Label.NONE;
    }

    private static String wire(Dimension dimension, Label label) {
        return dimension == Dimension.LABEL
                ? LABEL + label.name()
                : dimension.name().toLowerCase(Locale.ROOT);
    }

    /// A spreadsheet runs a cell that begins like a formula; users name keys.
    private static String cell(String text) {
        String safe = text.matches("^[=+\\-@\\t\\r].*") ? "'" + text : text;
        return '"' + safe.replace("\"", "\"\"") + '"';
    }
}
