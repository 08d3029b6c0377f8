package ai.doubleword.batch;

import java.util.Locale;

/// How sure it is that a batch is done by the end of its window, as was found when it was ordered. The order is part
/// of the table.
public enum Deadline {
    /// Too little is known of the speed of its models.
    ESTIMATED,
    /// It is done by then, as far as was measured, and a tenth of the window is left for what nobody foresees.
    PROMISED,
    /// It would be done later, as far as was measured.
    AT_RISK;

    /// In the API.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// In words.
    public String words() {
        return wire().replace('_', ' ');
    }

    /// That of work of which both are parts.
    Deadline and(Deadline other) {
        if (this == AT_RISK || other == AT_RISK) {
            return AT_RISK;
        }
        return this == ESTIMATED ? this : other;
    }
}
