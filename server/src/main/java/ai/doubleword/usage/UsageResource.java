package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.usage.UsageQuery.Dimension;
import ai.doubleword.usage.UsageQuery.Label;
import ai.doubleword.usage.UsageStore.Ordered;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// What an account used, from the hourly rollups.
@Path("admin/api/v1/usage")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "usage")
@Tag(name = "Usage")
public final class UsageResource {
    private static final Duration DEFAULT_RANGE = Duration.ofDays(30);

    private final UsageStore store;
    private final Accounts accounts;
    private final CurrentCaller current;
    private final Clock clock;

    UsageResource(UsageStore store, Accounts accounts, CurrentCaller current, Clock clock) {
        this.store = store;
        this.accounts = accounts;
        this.current = current;
        this.clock = clock;
    }

    /// Totals of a range. Requests count when they were not refused, batches when they were ordered in it.
    ///
    /// @param avgRequestsPerBatch 0 where there is no batch
    /// @param totalCost in dollars, exact
    /// @param estimatedRealtimeCost what the same tokens would have cost in the realtime tier
    /// @param groups present where `group_by` asked for them
    record Summary(
            long totalInputTokens,
            long totalOutputTokens,
            long totalRequestCount,
            long totalBatchCount,
            double avgRequestsPerBatch,
            String totalCost,
            String estimatedRealtimeCost,
            List<ModelUsage> byModel,
            long failedRequestCount,
            long refusedRequestCount,
            @Nullable List<Group> groups) {}

    /// One model's share.
    record ModelUsage(String model, long inputTokens, long outputTokens, String cost, long requestCount) {}

    /// One combination of what was grouped by.
    ///
    /// @param bucket when its hour or day begins
    record Group(
            @Nullable Instant bucket,
            @Nullable String keyId,
            @Nullable String keyName,
            @Nullable String model,
            @Nullable String member,
            @Nullable String tier,
            @Nullable String label,
            long requestCount,
            long failedRequestCount,
            long refusedRequestCount,
            long inputTokens,
            long outputTokens,
            Tokens tokens,
            String cost) {
        static Group of(UsageSums sums) {
            return new Group(
                    sums.bucket(),
                    sums.key() == null ? null : "key_" + sums.key(),
                    sums.keyName(),
                    sums.model(),
                    sums.member() == null ? null : Ids.format(User.PREFIX, sums.member()),
                    sums.tier() == null ? null : sums.tier().wire(),
                    sums.label(),
                    sums.requests(),
                    sums.failed(),
                    sums.refused(),
                    sums.totalInput(),
                    sums.totalOutput(),
                    new Tokens(
                            sums.input(),
                            sums.cacheRead(),
                            sums.cacheWrite(),
                            sums.output(),
                            sums.reasoning(),
                            sums.audioInput(),
                            sums.audioOutput()),
                    Parameters.dollars(sums.cost()));
        }
    }

    /// The buckets, which do not overlap.
    record Tokens(
            long input,
            long cacheRead,
            long cacheWrite,
            long output,
            long reasoning,
            long audioInput,
            long audioOutput) {}

    @GET
    @Operation(
            summary = "What the account used",
            description = "Whole hours of UTC between start_date and end_date (default: the last 30 days). `label` is a"
                    + " label of keys, `team`, to group by with group_by=label, or `team=search` to filter by.")
    public Summary get(
            @QueryParam("start_date") @Nullable String start,
            @QueryParam("end_date") @Nullable String end,
            @QueryParam("label") @DefaultValue("") String label,
            @QueryParam("group_by") List<String> groupBy) {
        Instant to = Parameters.time("end_date", end, clock.instant());
        Instant from = Parameters.time("start_date", start, to.minus(DEFAULT_RANGE));
        Set<Dimension> by = dimensions(Parameters.list(groupBy, List.of()));
        Viewer viewer = Viewer.of(current.get(), accounts);
        Label labelled = Label.parse(label);
        if (by.contains(Dimension.LABEL) && !labelled.isNamed()) {
            throw Parameters.invalid("label", "'group_by=label' takes the label's name: 'label=team'.");
        }
        UsageQuery query = UsageQuery.between(from, to, by).labelled(labelled);
        List<UsageSums> models = store.sums(viewer, query.groupedBy(Dimension.MODEL));
        List<Group> groups = by.isEmpty()
                ? null
                : store.sums(viewer, query).stream().map(Group::of).toList();
        return summary(models, store.ordered(viewer, from, to), groups);
    }

    private static Summary summary(List<UsageSums> models, Ordered ordered, @Nullable List<Group> groups) {
        return new Summary(
                models.stream().mapToLong(UsageSums::totalInput).sum(),
                models.stream().mapToLong(UsageSums::totalOutput).sum(),
                models.stream().mapToLong(UsageSums::requests).sum(),
                ordered.batches(),
                ordered.batches() == 0 ? 0 : (double) ordered.requests() / ordered.batches(),
                Parameters.dollars(models.stream().map(UsageSums::cost).reduce(BigDecimal.ZERO, BigDecimal::add)),
                Parameters.dollars(
                        models.stream().map(UsageSums::realtimeCost).reduce(BigDecimal.ZERO, BigDecimal::add)),
                models.stream()
                        .filter(sums -> sums.requests() > 0)
                        .map(UsageResource::model)
                        .toList(),
                models.stream().mapToLong(UsageSums::failed).sum(),
                models.stream().mapToLong(UsageSums::refused).sum(),
                groups);
    }

    private static ModelUsage model(UsageSums sums) {
        return new ModelUsage(
                String.valueOf(sums.model()),
                sums.totalInput(),
                sums.totalOutput(),
                Parameters.dollars(sums.cost()),
                sums.requests());
    }

    private static Set<Dimension> dimensions(List<String> names) {
        Set<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
        for (String name : names) {
            try {
                dimensions.add(Dimension.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw Parameters.invalid("group_by", "'group_by' takes key, model, member, tier, label, hour and day.");
            }
        }
        return dimensions;
    }
}
