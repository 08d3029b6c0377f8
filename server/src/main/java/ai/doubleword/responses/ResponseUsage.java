package ai.doubleword.responses;

import ai.doubleword.translation.TokenCounts;
import ai.doubleword.usage.TokenUsage;

/// What was used, as responses tell it. Stateless.
final class ResponseUsage {
    private ResponseUsage() {}

    static TokenCounts of(TokenUsage usage) {
        return new TokenCounts(
                usage.totalInput(),
                usage.cacheRead(),
                usage.cacheWrite5m() + usage.cacheWrite1h(),
                usage.totalOutput(),
                usage.reasoning());
    }
}
