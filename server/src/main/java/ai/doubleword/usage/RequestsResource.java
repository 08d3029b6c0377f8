package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.payloads.KeptPayload;
import ai.doubleword.payloads.KeptPayloads;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Tier;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The request log: one entry per request, newest first.
@Path("admin/api/v1/requests")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "usage")
@Tag(name = "Usage")
public final class RequestsResource {
    private static final int MOST = 1_000;
    /// Clocks of other nodes may run ahead.
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final RequestLogStore store;
    private final Accounts accounts;
    private final CurrentCaller current;
    private final Clock clock;
    private final KeptPayloads payloads;

    RequestsResource(
            RequestLogStore store, Accounts accounts, CurrentCaller current, Clock clock, KeptPayloads payloads) {
        this.payloads = payloads;
        this.store = store;
        this.accounts = accounts;
        this.current = current;
        this.clock = clock;
    }

    /// @param nextAfter what to pass as `after` for the entries that follow
    record Entries(
            List<Entry> entries, boolean hasMore, @Nullable String nextAfter) {}

    /// One request, or several refused ones in one second of one key.
    ///
    /// @param id as a number; `request_id` is the same as everybody else writes it
    /// @param target the provider that answered, or was tried last
    /// @param count requests it stands for
    /// @param attempts the tries before the last
    /// @param part what it was a part of, for pages
    record Entry(
            long id,
            Instant timestamp,
            String method,
            String uri,
            String requestId,
            String keyId,
            @Nullable String model,
            @Nullable String target,
            String tier,
            int status,
            int statusCode,
            String cause,
            @Nullable String errorCode,
            Tokens tokens,
            boolean estimated,
            String cost,
            Timings timings,
            boolean stream,
            int count,
            @Nullable String batchId,
            @JsonRawValue @Nullable String attempts,
            @JsonIgnore RequestResult.Request part) {

        /// All input tokens.
        @JsonIgnore
        public long inputTokens() {
            return tokens.input() + tokens.cacheRead() + cacheWritten() + tokens.audioInput();
        }

        /// All output tokens.
        @JsonIgnore
        public long outputTokens() {
            return tokens.output() + tokens.reasoning() + tokens.audioOutput();
        }

        /// All tokens that were written to a cache.
        @JsonIgnore
        public long cacheWritten() {
            return tokens.cacheWrite5m() + tokens.cacheWrite1h();
        }
    }

    /// The buckets, which do not overlap.
    record Tokens(
            long input,
            long cacheRead,
            @JsonProperty("cache_write_5m") long cacheWrite5m,
            @JsonProperty("cache_write_1h") long cacheWrite1h,
            long output,
            long reasoning,
            long audioInput,
            long audioOutput,
            long images) {}

    /// In milliseconds from arrival; 0 for what did not happen.
    record Timings(double queueMs, double firstTokenMs, double totalMs) {}

    @GET
    @Operation(
            summary = "The request log, newest first",
            description = "A call reads at most 50,000 rows: where few fit, it answers fewer than `limit`, with"
                    + " `has_more`, and `next_after` goes on from where it came.")
    public Entries list(
            @QueryParam("limit") @DefaultValue("20") int limit,
            @QueryParam("skip") @DefaultValue("0") int skip,
            @QueryParam("after") @Nullable String after,
            @QueryParam("model") @DefaultValue("") String model,
            @QueryParam("key_id") @DefaultValue("") String key,
            @QueryParam("request_id") @Nullable String request,
            @QueryParam("timestamp_after") @Nullable String timestampAfter,
            @QueryParam("timestamp_before") @Nullable String timestampBefore,
            @QueryParam("fusillade_batch_id") @Nullable String batch,
            @QueryParam("status_code") @DefaultValue("0") int status,
            @QueryParam("tier") @DefaultValue("") String tier,
            @QueryParam("cause") @DefaultValue("") String cause,
            @QueryParam("min_ms") @DefaultValue("0") long leastMillis) {
        long exact = id("request_id", "req", request);
        RequestFilter filter = exact != 0
                ? RequestFilter.of(exact)
                : new RequestFilter(
                                Parameters.time("timestamp_after", timestampAfter, Instant.EPOCH),
                                Parameters.time(
                                        "timestamp_before",
                                        timestampBefore,
                                        clock.instant().plus(AHEAD)),
                                0,
                                0,
                                model,
                                bareKey(key),
                                id("fusillade_batch_id", "batch", batch),
                                status,
                                Parameters.choice("tier", tier, Tier.values()),
                                Parameters.choice("cause", cause, Cause.values()),
                                Math.max(0, leastMillis))
                        .below(id("after", "req", after));
        int most = Math.clamp(limit, 1, MOST);
        RequestLogStore.Found found =
                store.search(Viewer.of(current.get(), accounts), filter, most + 1, Math.max(0, skip));
        boolean full = found.entries().size() > most;
        List<Entry> entries = full ? found.entries().subList(0, most) : found.entries();
        String next = full
                ? entries.getLast().requestId()
                : found.searchedTo() != 0 ? Ids.format("req", found.searchedTo()) : null;
        return new Entries(entries, next != null, next);
    }

    /// What a request held.
    ///
    /// @param request the body as it came
    /// @param answer as it went out: JSON, or the events of a stream
    record HeldPayload(String requestId, String request, boolean requestCut, String answer, boolean answerCut) {}

    @GET
    @Path("{id}/payload")
    @Operation(
            summary = "What a request and its answer held",
            description = "Where the account keeps it; for its own people alone, whatever their role on the platform.")
    public Response payload(@PathParam("id") String id) {
        long exact = id("id", "req", id);
        Caller caller = current.get();
        boolean seen = !store.entries(Viewer.of(caller, accounts), RequestFilter.of(exact), 1, 0)
                .isEmpty();
        KeptPayload held = (seen ? payloads.find(caller, exact) : Optional.<KeptPayload>empty())
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.NOT_FOUND,
                        "There is no such request here, or what it held is not kept. Accounts say in their settings"
                                + " whether it is."));
        return Response.ok(new HeldPayload(
                        Ids.format("req", exact), held.asked(), held.askedCut(), held.answered(), held.answeredCut()))
                .header("Cache-Control", "no-store")
                .build();
    }

    private static long id(String name, String prefix, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        return Ids.parse(prefix, text)
                .orElseThrow(() -> Parameters.invalid(name, "'" + name + "' must be an id such as " + prefix + "_…."));
    }

    private static String bareKey(String id) {
        return id.startsWith("key_") ? id.substring("key_".length()) : id;
    }
}
