package ai.doubleword.gateway;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// What the parts of the data plane share.
@Singleton
final class GatewayBeans {
    @Produces
    @Singleton
    BodyBudget bodyBudget(GatewayConfig config) {
        return new BodyBudget((long) (Runtime.getRuntime().maxMemory() * config.bodyShareOfHeap()));
    }
}
