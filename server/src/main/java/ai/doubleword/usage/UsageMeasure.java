package ai.doubleword.usage;

import java.util.Locale;

/// What usage is measured by, where one figure stands for all: the height of a chart, the order of its groups.
enum UsageMeasure {
    COST,
    TOKENS,
    REQUESTS;

    /// @param wire `cost`, `tokens` or `requests`; anything else is cost
    static UsageMeasure of(String wire) {
        for (UsageMeasure measure : values()) {
            if (measure.wire().equals(wire)) {
                return measure;
            }
        }
        return COST;
    }

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    double of(UsageSums sums) {
        return switch (this) {
            case COST -> sums.cost().doubleValue();
            case TOKENS -> sums.totalInput() + sums.totalOutput();
            case REQUESTS -> sums.requests();
        };
    }
}
