package ai.doubleword.playground;

import ai.doubleword.console.DisplayText;
import ai.doubleword.usage.TokenUsage;
import ai.doubleword.usage.UsageRecord;
import java.util.Locale;

/// What a call came to, as the page shows it below the answer.
///
/// @param cause in the word of the request log
/// @param cost in dollars, as every page writes money
/// @param firstTokenMs 0 where nothing streamed
/// @param tokensPerSecond from the first token to the end; 0 where that is unknown
/// @param estimated whether we counted the tokens, because the provider did not
record Outcome(
        String cause,
        String cost,
        long inputTokens,
        long cachedTokens,
        long outputTokens,
        long reasoningTokens,
        double firstTokenMs,
        double totalMs,
        double tokensPerSecond,
        boolean estimated) {
    private static final double MICROS = 1000;

    static Outcome of(UsageRecord row, DisplayText text) {
        TokenUsage usage = row.usage();
        long streaming = row.totalMicros() - row.firstTokenMicros();
        return new Outcome(
                row.cause().name().toLowerCase(Locale.ROOT),
                text.money(row.costNanos()),
                usage.totalInput(),
                usage.cacheRead(),
                usage.totalOutput(),
                usage.reasoning(),
                row.firstTokenMicros() / MICROS,
                row.totalMicros() / MICROS,
                row.firstTokenMicros() > 0 && streaming > 0 ? usage.totalOutput() * MICROS * MICROS / streaming : 0,
                usage.estimated());
    }
}
