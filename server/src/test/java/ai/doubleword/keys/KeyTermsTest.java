package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.limits.Rates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyTermsTest {
    private static final KeyTerms TERMS = new KeyTerms(
            "search",
            "for search",
            new KeyScopes(Set.of("chat"), List.of("demo/*"), Set.of(), List.of(), Set.of()),
            new Rates(60, 1000, 3),
            true,
            Map.of("team", "search"),
            true,
            Instant.EPOCH);

    @Test
    void otherLimitsLeaveTheRestAsItWas() {
        Rates other = new Rates(7, 0, 0);
        assertThat(TERMS.withRates(other)).isEqualTo(with(other));
        assertThat(TERMS.withRates(other).withRates(TERMS.rates())).isEqualTo(TERMS);
    }

    private static KeyTerms with(Rates rates) {
        return new KeyTerms(
                TERMS.name(),
                TERMS.description(),
                TERMS.scopes(),
                rates,
                TERMS.cutStreams(),
                TERMS.labels(),
                TERMS.shared(),
                TERMS.expiresAt());
    }
}
