package ai.doubleword.models;

import ai.doubleword.billing.Tariff;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// What somebody means to send each day, to be priced. Exact: nothing is rounded but the share of cached tokens, to a
/// whole token.
///
/// @param requests a day
/// @param input tokens of each, cached ones included
/// @param output tokens of each
/// @param cached how many of a hundred input tokens the provider's cache serves
record Workload(long requests, long input, long output, int cached) {
    /// What the page begins with.
    static final Workload USUAL = new Workload(1_000, 1_000, 300, 0);

    private static final long MOST_REQUESTS = 1_000_000_000;
    private static final long MOST_TOKENS = 10_000_000;
    /// Prices are nano-dollars per million tokens.
    private static final int DOLLARS_PER_PRICE_AND_TOKEN = 15;
    private static final BigDecimal DAYS_OF_A_MONTH = BigDecimal.valueOf(30);
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /// From the numbers that an address holds; what is no number becomes the usual, what is out of bounds the bound.
    static Workload parse(String requests, String input, String output, String cached) {
        return new Workload(
                number(requests, USUAL.requests, MOST_REQUESTS),
                number(input, USUAL.input, MOST_TOKENS),
                number(output, USUAL.output, MOST_TOKENS),
                (int) number(cached, USUAL.cached, 100));
    }

    /// What a day of it costs, in dollars.
    BigDecimal perDay(Tariff tariff) {
        BigDecimal read = BigDecimal.valueOf(requests).multiply(BigDecimal.valueOf(input));
        BigDecimal hits = read.multiply(BigDecimal.valueOf(cached)).divide(HUNDRED, 0, RoundingMode.HALF_UP);
        BigDecimal written = BigDecimal.valueOf(requests).multiply(BigDecimal.valueOf(output));
        return price(read.subtract(hits), tariff.input())
                .add(price(hits, tariff.cacheRead()))
                .add(price(written, tariff.output()))
                .movePointLeft(DOLLARS_PER_PRICE_AND_TOKEN);
    }

    /// What 30 days of it cost, in dollars.
    BigDecimal perMonth(Tariff tariff) {
        return perDay(tariff).multiply(DAYS_OF_A_MONTH);
    }

    private static BigDecimal price(BigDecimal tokens, long price) {
        return tokens.multiply(BigDecimal.valueOf(price));
    }

    private static long number(String text, long usual, long most) {
        if (!text.matches("[0-9]{1,18}")) {
            return usual;
        }
        return Math.min(Long.parseLong(text), most);
    }
}
