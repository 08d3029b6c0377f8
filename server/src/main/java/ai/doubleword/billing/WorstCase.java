package ai.doubleword.billing;

/// The most that a request can cost: its input at the dearest price that input can have, its largest output at the
/// dearest price of output. Stateless, thread-safe, free of allocation where the model is free.
public final class WorstCase {
    private static final long MILLION = 1_000_000;

    private WorstCase() {}

    /// @param input input tokens, counted or estimated
    /// @param output the most output tokens over all choices
    /// @return the cost rounded up; the largest amount there is where it exceeds that
    public static NanoDollars of(Tariff tariff, long input, long output) {
        if (tariff.isUnpriced()) {
            return NanoDollars.ZERO;
        }
        long dearestInput = Math.max(
                Math.max(tariff.input(), tariff.audioInput()),
                Math.max(tariff.cacheRead(), Math.max(tariff.cacheWrite5m(), tariff.cacheWrite1h())));
        long dearestOutput = Math.max(tariff.output(), Math.max(tariff.reasoning(), tariff.audioOutput()));
        if (Math.multiplyHigh(input, dearestInput) != 0 || Math.multiplyHigh(output, dearestOutput) != 0) {
            return new NanoDollars(Long.MAX_VALUE);
        }
        long sum = input * dearestInput + output * dearestOutput;
        // Each product may reach into the sign bit, as the sum may.
        boolean tooLarge = (input * dearestInput | output * dearestOutput | sum) < 0;
        return new NanoDollars(tooLarge ? Long.MAX_VALUE : Math.ceilDiv(sum, MILLION));
    }
}
