package ai.doubleword.batch.files;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.Tariff;
import ai.doubleword.platform.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Which price a batch has. Stateless.
public final class BatchPrice {
    private BatchPrice() {}

    /// The price of a model for a window at an instant. A window that has none of its own has that of the longest
    /// window that is no longer: whoever gives two hours gives one, but not a day. One shorter than all has that of
    /// the shortest.
    ///
    /// @param prices of the model, the oldest first
    public static Tariff choose(List<ModelTariff> prices, CompletionWindow window, Instant now) {
        Tariff chosen = Tariff.FREE;
        Duration chosenLength = Duration.ZERO;
        Duration wanted = window.length().orElse(Duration.ZERO);
        for (ModelTariff price : prices) {
            if (price.tier() != window.tier() || price.tariff().validFrom().isAfter(now)) {
                continue;
            }
            Duration length = price.tier() == Tier.BATCH ? CompletionWindow.lengthOf(price.window()) : Duration.ZERO;
            if (chosen.isUnpriced() || fitsBetter(length, chosenLength, wanted)) {
                chosen = price.tariff();
                chosenLength = length;
            }
        }
        return chosen;
    }

    /// Of equal length the later wins, which is the newer.
    private static boolean fitsBetter(Duration length, Duration than, Duration wanted) {
        boolean fits = length.compareTo(wanted) <= 0;
        boolean fitted = than.compareTo(wanted) <= 0;
        return fits == fitted ? fits ? length.compareTo(than) >= 0 : length.compareTo(than) <= 0 : fits;
    }
}
