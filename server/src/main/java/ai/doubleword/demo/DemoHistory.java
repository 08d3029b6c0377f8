package ai.doubleword.demo;

import ai.doubleword.keys.ApiKey;
import ai.doubleword.models.DemoModels;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.TokenUsage;
import ai.doubleword.usage.UsageRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Makes up the requests of an hour: more on working days and by day, growing over the month, a few of them failed.
/// The same seed makes the same history. Confined to one thread.
final class DemoHistory {
    static final int DAYS = 30;

    private static final int BUSIEST = 70;
    private static final double[] KEY_SHARES = {0.5, 0.15, 0.15, 0.12, 0.08};
    private static final double[][] MODEL_SHARES = {
        {0.15, 0.30, 0.45, 0.05, 0.05},
        {0.40, 0.20, 0.05, 0.05, 0.30},
        {0.30, 0.20, 0.10, 0.20, 0.20},
        {0.10, 0.10, 0.10, 0.65, 0.05},
        {0.20, 0.30, 0.20, 0.20, 0.10}
    };
    /// Output tokens a second.
    private static final int[] SPEEDS = {45, 90, 180, 110, 60};
    private static final int[] FIRST_TOKEN_MILLIS = {420, 220, 90, 190, 650};
    private static final int REASONING = 4;

    private final List<ApiKey> keys;
    private final List<DemoModels.Made> models;
    private final SplittableRandom random;

    DemoHistory(List<ApiKey> keys, List<DemoModels.Made> models, long seed) {
        this.keys = List.copyOf(keys);
        this.models = List.copyOf(models);
        this.random = new SplittableRandom(seed);
    }

    /// The requests of the hour that begins then and has ended by `now`, in the order of their ids.
    ///
    /// @param day counted from the first of the history
    List<UsageRecord> hour(Instant begin, int day, Instant now) {
        ZonedDateTime at = begin.atZone(ZoneOffset.UTC);
        double daytime = 0.12 + 0.88 * Math.max(0, Math.sin((at.getHour() - 6) * Math.PI / 14));
        double week = at.getDayOfWeek().getValue() >= 6 ? 0.25 : 1;
        double growth = 0.55 + 0.45 * day / DAYS;
        int count = (int) Math.round(BUSIEST * daytime * week * growth * (0.8 + 0.4 * random.nextDouble()));
        long[] times = random.longs(
                        count,
                        begin.toEpochMilli(),
                        begin.plus(1, ChronoUnit.HOURS).toEpochMilli())
                .filter(time -> time < now.minus(Duration.ofMinutes(2)).toEpochMilli())
                .sorted()
                .toArray();
        List<UsageRecord> rows = new ArrayList<>(times.length);
        for (long time : times) {
            rows.add(request(time));
        }
        return rows;
    }

    private UsageRecord request(long time) {
        int who = pick(KEY_SHARES);
        int which = pick(MODEL_SHARES[who]);
        double fate = random.nextDouble();
        return fate < 0.006
                ? row(time, who, which, 429, Cause.REFUSED, ErrorCode.RATE_LIMIT_REQUESTS)
                : fate < 0.012
                        ? row(time, who, which, 502, Cause.FAILED, ErrorCode.UPSTREAM_ERROR)
                        : fate < 0.02
                                ? row(time, who, which, 200, Cause.CLIENT_GONE, null)
                                : row(time, who, which, 200, Cause.COMPLETED, null);
    }

    private UsageRecord row(
            long time, int who, int which, int status, Cause cause, @org.jspecify.annotations.Nullable ErrorCode code) {
        ApiKey key = keys.get(who);
        DemoModels.Made model = models.get(which);
        boolean answered = status == 200;
        boolean stream = answered && random.nextDouble() < 0.7;
        TokenUsage usage = answered ? usage(which, cause) : TokenUsage.NONE;
        long first = (long) (FIRST_TOKEN_MILLIS[which] * 1000 * spread());
        long total = answered
                ? first + (long) (usage.totalOutput() * 1_000_000.0 / SPEEDS[which] * spread())
                : cause == Cause.REFUSED ? 300 : 2 * first;
        return new UsageRecord(
                Ids.first(time) + random.nextInt(1 << 20),
                "chat/completions",
                key.id(),
                key.family(),
                key.createdBy(),
                key.account(),
                model.id(),
                Tier.REALTIME,
                cause == Cause.REFUSED ? 0 : model.target(),
                status,
                cause,
                code == null ? null : code.code(),
                usage,
                model.tariff().cost(usage).value(),
                model.tariff().id(),
                0,
                0,
                0,
                cause == Cause.REFUSED ? 0 : 200 + random.nextInt(400),
                stream ? first : 0,
                total,
                stream,
                1,
                List.of());
    }

    private TokenUsage usage(int which, Cause cause) {
        long input = Math.round(350 * Math.exp(random.nextGaussian() * 0.9));
        long cached = random.nextDouble() < 0.35 ? input * 6 / 10 : 0;
        long output = Math.max(1, Math.round(140 * Math.exp(random.nextGaussian() * 0.7)));
        long reasoning = which == REASONING ? 2 * output : 0;
        return new TokenUsage(
                input - cached,
                cached,
                0,
                0,
                cause == Cause.CLIENT_GONE ? Math.max(1, output / 3) : output,
                reasoning,
                0,
                0,
                0,
                false);
    }

    private double spread() {
        return Math.exp(random.nextGaussian() * 0.25);
    }

    private int pick(double[] shares) {
        double at = random.nextDouble();
        for (int i = 0; i < shares.length; i++) {
            at -= shares[i];
            if (at < 0) {
                return i;
            }
        }
        return shares.length - 1;
    }
}
