package ai.doubleword.models;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Providers;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// What the pages of administrators list of models: what they are, where they run and how that is, what they cost.
/// Blocking, thread-safe.
@Singleton
final class ModelLists {
    private static final int PAGE = 100;

    private final Database database;
    private final Models models;
    private final Tariffs tariffs;
    private final Providers providers;
    private final Clock clock;

    ModelLists(Database database, Models models, Tariffs tariffs, Providers providers, Clock clock) {
        this.database = database;
        this.models = models;
        this.tariffs = tariffs;
        this.providers = providers;
        this.clock = clock;
    }

    /// A model as a list shows it.
    ///
    /// @param prices in force now, by tier
    record Row(ModelEntry model, List<Place> places, List<ModelTariff> prices) {
        /// How its address ends.
        public String id() {
            return model.uuid().toString();
        }

        /// The price in force in a tier.
        ///
        /// @param slot such as `realtime` or `batch/24h`
        public Optional<Tariff> price(String slot) {
            return prices.stream()
                    .filter(price -> slot.equals(PriceForm.slot(price)))
                    .map(ModelTariff::tariff)
                    .findFirst();
        }

        /// Whether a tier is on sale at all.
        public boolean sells(String tier) {
            return model.tiers().contains(Tier.valueOf(tier.toUpperCase(Locale.ROOT)));
        }

        public boolean priced() {
            return !prices.isEmpty();
        }

        /// To whom it is open.
        public String readers() {
            return model.groups().isEmpty()
                    ? "everyone"
                    : String.join(", ", model.groups().keySet());
        }
    }

    /// Where a model runs.
    ///
    /// @param state of its breaker: `closed`, `open`, `probing`, or `unused`
    record Place(String provider, String upstream, String state) {}

    /// A page of models, by name.
    ///
    /// @param base the address of the page
    /// @param show `hidden`, `unpriced` or `stranded`; empty for all
    /// @param total how many the search and the filter leave
    /// @param any whether there is any model at all
    /// @param next the address of the page that follows; empty for the last
    record Listing(String base, List<Row> rows, String search, String show, int total, boolean any, String next) {}

    Listing page(String base, String search, String show, String after) {
        String wanted = search.strip().toLowerCase(Locale.ROOT);
        return database.engine().withHandle(handle -> {
            List<ModelEntry> all = models.all(handle);
            Map<Long, List<ModelTariff>> prices = inForce(tariffs.inForceAndLater(
                    handle, all.stream().map(ModelEntry::id).toList()));
            List<Row> found = all.stream()
                    .filter(model -> fits(model, wanted))
                    .map(model -> row(model, prices.getOrDefault(model.id(), List.of())))
                    .filter(row -> shown(row, show))
                    .sorted(Comparator.comparing(row -> row.model().name()))
                    .toList();
            List<Row> rest = found.stream()
                    .dropWhile(row -> !after.isEmpty() && row.model().name().compareTo(after) <= 0)
                    .toList();
            List<Row> page = rest.subList(0, Math.min(PAGE, rest.size()));
            String next = rest.size() > PAGE
                    ? base + "?q=" + encoded(search) + "&show=" + encoded(show) + "&after="
                            + encoded(page.getLast().model().name())
                    : "";
            return new Listing(base, page, search, show, found.size(), !all.isEmpty(), next);
        });
    }

    /// The model of a page's address.
    ///
    /// @throws ProblemException `not_found`
    ModelEntry model(String id) {
        try {
            UUID uuid = UUID.fromString(id);
            return database.engine()
                    .withHandle(handle -> models.byUuid(handle, uuid))
                    .orElseThrow(ModelLists::notFound);
        } catch (IllegalArgumentException e) {
            throw notFound();
        }
    }

    private Row row(ModelEntry model, List<ModelTariff> prices) {
        return new Row(
                model,
                model.targets().stream()
                        .map(target -> new Place(
                                target.providerName(),
                                target.upstreamModel(),
                                providers
                                        .condition(target.id())
                                        .map(Providers.TargetCondition::breaker)
                                        .orElse("unused")))
                        .toList(),
                prices);
    }

    private Map<Long, List<ModelTariff>> inForce(List<ModelTariff> prices) {
        Instant now = clock.instant();
        return prices.stream()
                .filter(price -> !price.tariff().validFrom().isAfter(now))
                .collect(Collectors.groupingBy(ModelTariff::model));
    }

    private static boolean fits(ModelEntry model, String wanted) {
        return model.name().toLowerCase(Locale.ROOT).contains(wanted)
                || model.targets().stream()
                        .anyMatch(target -> target.providerName().contains(wanted)
                                || target.upstreamModel()
                                        .toLowerCase(Locale.ROOT)
                                        .contains(wanted));
    }

    private static boolean shown(Row row, String show) {
        return switch (show) {
            case "hidden" -> row.model().hidden();
            case "unpriced" -> !row.priced();
            case "stranded" -> row.places().isEmpty();
            default -> true;
        };
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such model, or not any more.");
    }
}
