package ai.doubleword.billing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.math.BigDecimal;
import java.util.Map;

/// How prices are filled in.
@ConfigMapping(prefix = "doubleword.pricing")
public interface PricingConfig {
    /// Whether a model without a price is refused with `model_not_priced` instead of being free. Default: false.
    @WithDefault("false")
    boolean required();

    /// What a tier costs of the realtime price where nobody set one.
    Factors factors();

    /// Shares of the realtime price.
    interface Factors {
        /// Of the flex tier. Default: 0.5.
        @WithDefault("0.5")
        BigDecimal flex();

        /// Of the batch tier, by completion window. Default: `1h` 0.5, `24h` 0.25.
        @WithDefault("0.5")
        BigDecimal batch1h();

        /// See [#batch1h].
        @WithDefault("0.25")
        BigDecimal batch24h();

        /// Of work without a deadline. Default: 0.25.
        @WithDefault("0.25")
        BigDecimal background();
    }

    /// The factors by tier and window, in the form `batch/24h`.
    default Map<String, BigDecimal> bySlot() {
        return Map.of(
                "flex/", factors().flex(),
                "batch/1h", factors().batch1h(),
                "batch/24h", factors().batch24h(),
                "background/", factors().background());
    }
}
