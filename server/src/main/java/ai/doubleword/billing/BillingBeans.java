package ai.doubleword.billing;

import ai.doubleword.platform.Ids;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Puts the package together.
@Singleton
final class BillingBeans {
    @Produces
    @Singleton
    Tariffs tariffs(Ids ids, Clock clock, PricingConfig config) {
        return new Tariffs(ids, clock, config.bySlot());
    }
}
