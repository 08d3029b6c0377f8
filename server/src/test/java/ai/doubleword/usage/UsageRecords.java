package ai.doubleword.usage;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.UsageRecord.Attempt;
import java.time.Clock;
import java.util.List;
import java.util.Random;

/// Seeded usage records, plain and extreme.
final class UsageRecords {
    private final Random random;
    private final Ids ids;

    UsageRecords(long seed) {
        this(seed, Clock.systemUTC());
    }

    UsageRecords(long seed, Clock clock) {
        random = new Random(seed);
        ids = new Ids(clock, random);
    }

    /// A chat request that went well: account 1, key family 10, member 100, one of models 7 and 8, target 70.
    UsageRecord chat() {
        return chat(1, 7 + random.nextInt(2));
    }

    UsageRecord chat(long account, long model) {
        TokenUsage usage = new TokenUsage(
                random.nextInt(1, 500), random.nextInt(64), 0, 0, random.nextInt(300), 5, 0, 0, 0, false);
        return row(account, model, 200, Cause.COMPLETED, null, usage, random.nextInt(1_000_000), 1, List.of());
    }

    UsageRecord refused(String keyId) {
        UsageRecord row = row(1, 7, 429, Cause.REFUSED, "rate_limit_requests", TokenUsage.NONE, 0, 1, List.of());
        return withKey(row, keyId);
    }

    UsageRecord failed() {
        List<Attempt> attempts = List.of(new Attempt(71, 500, 12_000, 3), new Attempt(72, 0, 1, 0));
        return row(1, 7, 502, Cause.FAILED, "upstream_error", TokenUsage.NONE, 0, 1, attempts);
    }

    /// Anything that a record can be.
    @SuppressWarnings("EnumOrdinal") // any value will do
    UsageRecord any() {
        TokenUsage usage = new TokenUsage(
                any63(), any63(), any63(), any63(), any63(), any63(), any63(), any63(), any63(), random.nextBoolean());
        List<Attempt> attempts = random.ints(random.nextInt(33))
                .mapToObj(i -> new Attempt(random.nextLong(), random.nextInt(600), any63(), any63()))
                .toList();
        return new UsageRecord(
                any63(),
                text(255),
                text(255),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                Tier.values()[random.nextInt(Tier.values().length)],
                random.nextLong(),
                random.nextInt(1000),
                Cause.values()[random.nextInt(Cause.values().length)],
                random.nextBoolean() ? null : text(254) + "x",
                usage,
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextInt(),
                any63(),
                any63(),
                any63(),
                random.nextBoolean(),
                random.nextInt(),
                attempts);
    }

    private UsageRecord row(
            long account,
            long model,
            int status,
            Cause cause,
            @org.jspecify.annotations.Nullable String code,
            TokenUsage usage,
            long cost,
            int count,
            List<Attempt> attempts) {
        return new UsageRecord(
                ids.next(),
                "chat/completions",
                "key0000000AB",
                10 * account,
                100 * account,
                account,
                model,
                Tier.REALTIME,
                cause == Cause.REFUSED ? 0 : 70,
                status,
                cause,
                code,
                usage,
                cost,
                9,
                0,
                0,
                0,
                random.nextInt(1, 50),
                cause == Cause.COMPLETED ? random.nextInt(1_000, 90_000) : 0,
                random.nextInt(90_000, 900_000),
                random.nextBoolean(),
                count,
                attempts);
    }

    private static UsageRecord withKey(UsageRecord row, String keyId) {
        return new UsageRecord(
                row.id(),
                row.endpoint(),
                keyId,
                row.family(),
                row.member(),
                row.account(),
                row.model(),
                row.tier(),
                row.target(),
                row.status(),
                row.cause(),
                row.errorCode(),
                row.usage(),
                row.costNanos(),
                row.tariff(),
                row.hold(),
                row.batch(),
                row.line(),
                row.queueMicros(),
                row.firstTokenMicros(),
                row.totalMicros(),
                row.stream(),
                row.count(),
                row.attempts());
    }

    private long any63() {
        return random.nextLong() >>> random.nextInt(1, 64);
    }

    private String text(int max) {
        return random.ints(random.nextInt(max + 1), 1, 256)
                .collect(StringBuilder::new, (b, c) -> b.append((char) c), StringBuilder::append)
                .toString();
    }
}
