package ai.doubleword.billing;

import ai.doubleword.usage.TokenUsage;
import java.math.BigInteger;
import java.time.Instant;

/// One version of the price of a model in a tier. Prices are nano-dollars per million tokens, so that the smallest,
/// $0.0001 per million, is 100,000. Never edited: a new price is a new version.
///
/// @param id identity of this version; 0 for the built-in "free, no price set"
/// @param input per million uncached input tokens
/// @param cacheRead per million input tokens read from the provider's prompt cache
/// @param cacheWrite5m per million input tokens written to a cache that lives five minutes
/// @param cacheWrite1h per million input tokens written to a cache that lives an hour
/// @param output per million output tokens: text
/// @param reasoning per million output tokens: reasoning
/// @param audioInput per million input tokens: audio
/// @param audioOutput per million output tokens: audio
/// @param images nano-dollars per million images
/// @param validFrom from when it prices requests
public record Tariff(
        long id,
        long input,
        long cacheRead,
        long cacheWrite5m,
        long cacheWrite1h,
        long output,
        long reasoning,
        long audioInput,
        long audioOutput,
        long images,
        Instant validFrom) {
    /// The explicit zero price of a model that nobody priced yet: "free, no price set".
    public static final Tariff FREE = new Tariff(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Instant.EPOCH);

    private static final long MILLION = 1_000_000;

    /// Whether this is the zero tariff of a model without a price.
    public boolean isUnpriced() {
        return id == 0;
    }

    /// Whether another version has the same prices in all buckets.
    public boolean samePrices(Tariff other) {
        return input == other.input
                && cacheRead == other.cacheRead
                && cacheWrite5m == other.cacheWrite5m
                && cacheWrite1h == other.cacheWrite1h
                && output == other.output
                && reasoning == other.reasoning
                && audioInput == other.audioInput
                && audioOutput == other.audioOutput
                && images == other.images;
    }

    /// What the usage costs: the exact sum over the buckets, rounded half up once, to a whole nano-dollar.
    ///
    /// @throws ArithmeticException if the cost exceeds a `long`
    public NanoDollars cost(TokenUsage usage) {
        long[] tokens = {
            usage.input(),
            usage.cacheRead(),
            usage.cacheWrite5m(),
            usage.cacheWrite1h(),
            usage.output(),
            usage.reasoning(),
            usage.audioInput(),
            usage.audioOutput(),
            usage.images()
        };
        long[] prices = {
            input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, audioInput, audioOutput, images
        };
        long sum = 0;
        for (int i = 0; i < tokens.length; i++) {
            long product = tokens[i] * prices[i];
            if (Math.multiplyHigh(tokens[i], prices[i]) != 0 || product < 0 || sum + product < 0) {
                return exactCost(tokens, prices);
            }
            sum += product;
        }
        return new NanoDollars((sum + MILLION / 2) / MILLION);
    }

    private static NanoDollars exactCost(long[] tokens, long[] prices) {
        BigInteger sum = BigInteger.valueOf(MILLION / 2);
        for (int i = 0; i < tokens.length; i++) {
            sum = sum.add(BigInteger.valueOf(tokens[i]).multiply(BigInteger.valueOf(prices[i])));
        }
        return new NanoDollars(sum.divide(BigInteger.valueOf(MILLION)).longValueExact());
    }
}
