package ai.doubleword.simulator;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/// How long something takes: a constant, or drawn from a distribution with a seeded generator.
///
/// Written as `20ms`, `uniform 50ms..200ms`, or `lognormal 120ms 0.4` (median, sigma). Units: `us`, `ms`, `s`; `0`
/// needs none. Values are immutable.
public sealed interface Distribution {
    Distribution ZERO = new Constant(0);

    /// @param random where chance comes from
    /// @return nanoseconds, not negative
    long sampleNanos(Random random);

    record Constant(long nanos) implements Distribution {
        @Override
        public long sampleNanos(Random random) {
            return nanos;
        }
    }

    record Uniform(long fromNanos, long toNanos) implements Distribution {
        public Uniform {
            if (toNanos < fromNanos) {
                throw new IllegalArgumentException("a uniform distribution needs from <= to");
            }
        }

        @Override
        public long sampleNanos(Random random) {
            return fromNanos + (long) (random.nextDouble() * (toNanos - fromNanos));
        }
    }

    record Lognormal(long medianNanos, double sigma) implements Distribution {
        @Override
        public long sampleNanos(Random random) {
            return (long) (medianNanos * Math.exp(sigma * random.nextGaussian()));
        }
    }

    static Distribution constant(Duration duration) {
        return new Constant(duration.toNanos());
    }

    /// @throws IllegalArgumentException where the text is none of the three forms, with the forms in the message
    static Distribution parse(String text) {
        String[] words = text.strip().split("\\s+", -1);
        try {
            if (words.length == 1) {
                return new Constant(nanos(words[0]));
            }
            if (words.length == 2 && words[0].equals("uniform")) {
                int dots = words[1].indexOf("..");
                return new Uniform(nanos(words[1].substring(0, dots)), nanos(words[1].substring(dots + 2)));
            }
            if (words.length == 3 && words[0].equals("lognormal")) {
                return new Lognormal(nanos(words[1]), Double.parseDouble(words[2]));
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException(complaint(text), e);
        }
        throw new IllegalArgumentException(complaint(text));
    }

    private static String complaint(String text) {
        return "not a distribution: '" + text + "'; write 20ms, uniform 50ms..200ms, or lognormal 120ms 0.4";
    }

    private static long nanos(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("0")) {
            return 0;
        }
        String[] units = {"us", "ms", "s"};
        double[] factors = {1e3, 1e6, 1e9};
        for (int i = 0; i < units.length; i++) {
            if (lower.endsWith(units[i])) {
                String number = lower.substring(0, lower.length() - units[i].length());
                double value = Double.parseDouble(number);
                if (value < 0) {
                    throw new NumberFormatException("negative");
                }
                return (long) (value * factors[i]);
            }
        }
        throw new NumberFormatException("no unit");
    }
}
