package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.UsageQuery.Dimension;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Usage in OpenAI's shape: buckets of an hour or a day, for tools made for it. Its `user` is our member.
@Path("{base:v1|ai/v1}/organization/usage")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "usage")
@Tag(name = "Usage")
public final class OrganizationUsageResource {
    /// The type of models behind each kind; kinds of which we have none answer empty buckets, as OpenAI does.
    private static final Map<String, List<String>> KINDS = Map.of(
            "completions", List.of("chat"),
            "embeddings", List.of("embedding"),
            "moderations", List.of("none"),
            "images", List.of("none"),
            "audio_speeches", List.of("none"),
            "audio_transcriptions", List.of("none"),
            "vector_stores", List.of("none"),
            "code_interpreter_sessions", List.of("none"));

    private final UsageStore store;
    private final Accounts accounts;
    private final CurrentCaller current;
    private final Clock clock;

    OrganizationUsageResource(UsageStore store, Accounts accounts, CurrentCaller current, Clock clock) {
        this.store = store;
        this.accounts = accounts;
        this.current = current;
        this.clock = clock;
    }

    /// The width of a bucket.
    private enum Width {
        HOUR(Dimension.HOUR, Duration.ofHours(1), 24, 168),
        DAY(Dimension.DAY, Duration.ofDays(1), 7, 31);

        private final Dimension dimension;
        private final long seconds;
        private final int usual;
        private final int most;

        Width(Dimension dimension, Duration length, int usual, int most) {
            this.dimension = dimension;
            this.seconds = length.toSeconds();
            this.usual = usual;
            this.most = most;
        }
    }

    record Page(
            String object,
            List<Bucket> data,
            boolean hasMore,
            @Nullable String nextPage) {}

    /// @param startTime epoch seconds, as `endTime`
    record Bucket(String object, long startTime, long endTime, List<Result> results) {}

    /// One combination of what was grouped by.
    record Result(
            String object,
            long inputTokens,
            long outputTokens,
            long inputCachedTokens,
            long inputAudioTokens,
            long outputAudioTokens,
            long numModelRequests,
            @Nullable String projectId,
            @Nullable String userId,
            @Nullable String apiKeyId,
            @Nullable String model,
            @Nullable Boolean batch,
            @Nullable String serviceTier) {}

    @GET
    @Path("{kind}")
    @Operation(summary = "Usage by hour or day, in OpenAI's shape")
    public Page get(
            @PathParam("kind") String kind,
            @QueryParam("start_time") @Nullable Long start,
            @QueryParam("end_time") @Nullable Long end,
            @QueryParam("bucket_width") @Nullable String bucketWidth,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("page") @Nullable String page,
            @QueryParam("group_by") List<String> groupBy,
            @QueryParam("group_by[]") List<String> groupByBracketed,
            @QueryParam("models") List<String> models,
            @QueryParam("models[]") List<String> modelsBracketed,
            @QueryParam("api_key_ids") List<String> keys,
            @QueryParam("api_key_ids[]") List<String> keysBracketed,
            @QueryParam("user_ids") List<String> users,
            @QueryParam("user_ids[]") List<String> usersBracketed) {
        List<String> types = KINDS.get(kind);
        if (types == null) {
            throw new ProblemException(ErrorCode.NOT_FOUND, "There is no usage of the kind '" + kind + "'.");
        }
        if (start == null) {
            throw Parameters.invalid("start_time", "'start_time' is required: epoch seconds.");
        }
        Width width = width(bucketWidth);
        long now = clock.instant().getEpochSecond();
        long until = Math.min(end == null ? now : end, now + width.seconds);
        long from = Math.clamp(page == null ? start : cursor(page), 0, Math.max(0, until));
        long first = Math.floorDiv(from, width.seconds) * width.seconds;
        int most = Math.clamp(limit == null ? width.usual : limit, 1, width.most);
        long last = Math.max(first, Math.min(until, first + most * width.seconds));
        Set<Dimension> by = dimensions(Parameters.list(groupBy, groupByBracketed));
        by.add(width.dimension);
        UsageQuery query = new UsageQuery(
                Instant.ofEpochSecond(first),
                Instant.ofEpochSecond(last),
                by,
                types,
                Parameters.list(models, modelsBracketed),
                Parameters.list(keys, keysBracketed).stream()
                        .map(OrganizationUsageResource::bareKey)
                        .toList(),
                users(Parameters.list(users, usersBracketed)));
        List<UsageSums> sums = store.sums(Viewer.of(current.get(), accounts), query);
        boolean more = last < until;
        return new Page("page", buckets(kind, sums, first, last, width), more, more ? Long.toString(last) : null);
    }

    private static List<Bucket> buckets(String kind, List<UsageSums> sums, long first, long last, Width width) {
        Map<Long, List<UsageSums>> byStart = sums.stream()
                .filter(sum -> sum.requests() > 0)
                .collect(Collectors.groupingBy(
                        sum -> Objects.requireNonNull(sum.bucket()).getEpochSecond()));
        List<Bucket> buckets = new ArrayList<>();
        for (long start = first; start < last; start += width.seconds) {
            Stream<UsageSums> found = byStart.getOrDefault(start, List.of()).stream();
            buckets.add(new Bucket(
                    "bucket",
                    start,
                    start + width.seconds,
                    found.map(sum -> result(kind, sum)).toList()));
        }
        return buckets;
    }

    private static Result result(String kind, UsageSums sums) {
        Tier tier = sums.tier();
        return new Result(
                "organization.usage." + kind + ".result",
                sums.totalInput(),
                sums.totalOutput(),
                sums.cacheRead(),
                sums.audioInput(),
                sums.audioOutput(),
                sums.requests(),
                null,
                sums.member() == null ? null : Ids.format(User.PREFIX, sums.member()),
                sums.key() == null ? null : "key_" + sums.key(),
                sums.model(),
                tier == null ? null : (Boolean) (tier == Tier.BATCH),
                tier == null ? null : tier == Tier.REALTIME ? "default" : tier.wire());
    }

    private static Width width(@Nullable String text) {
        return switch (text == null ? "1d" : text) {
            case "1d" -> Width.DAY;
            case "1h" -> Width.HOUR;
            default ->
                throw Parameters.invalid("bucket_width", "'bucket_width' is 1h or 1d; usage is kept by the hour.");
        };
    }

    private static long cursor(String page) {
        try {
            return Long.parseLong(page);
        } catch (NumberFormatException e) {
            throw Parameters.invalid("page", "'page' must be the 'next_page' of the answer before.");
        }
    }

    private static Set<Dimension> dimensions(List<String> names) {
        Set<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
        for (String name : names) {
            switch (name) {
                case "model" -> dimensions.add(Dimension.MODEL);
                case "api_key_id" -> dimensions.add(Dimension.KEY);
                case "user_id" -> dimensions.add(Dimension.MEMBER);
                case "batch", "service_tier" -> dimensions.add(Dimension.TIER);
                case "project_id", "api_source" -> {}
                default ->
                    throw Parameters.invalid(
                            "group_by", "'group_by' takes model, api_key_id, user_id, batch and service_tier.");
            }
        }
        return dimensions;
    }

    private static String bareKey(String id) {
        return id.startsWith("key_") ? id.substring("key_".length()) : id;
    }

    private static List<Long> users(List<String> ids) {
        return ids.stream()
                .map(id -> Ids.parse(User.PREFIX, id)
                        .orElseThrow(() -> Parameters.invalid("user_ids", "'" + id + "' is no user's id.")))
                .toList();
    }
}
