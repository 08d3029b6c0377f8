package ai.doubleword.usage;

import ai.doubleword.platform.Tier;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Sums over hours of usage, of one combination of what was grouped by; what was not is absent.
///
/// @param bucket when the hour or day begins
/// @param key public id of the newest key of the family
/// @param keyName its name
/// @param model the model's public name; `""` for requests refused before a model was known
/// @param member id of the user as whom keys acted
/// @param label the value of the label that was grouped by; `""` for keys without it
/// @param requests that were not refused
/// @param failed those of them that ended with a status of 400 or above
/// @param refused that were turned away: limits, scopes, bad input
/// @param cost in dollars
/// @param realtimeCost what the same would have cost in the realtime tier, in dollars
record UsageSums(
        @Nullable Instant bucket,
        @Nullable String key,
        @Nullable String keyName,
        @Nullable String model,
        @Nullable Long member,
        @Nullable Tier tier,
        @Nullable String label,
        long requests,
        long failed,
        long refused,
        long input,
        long cacheRead,
        long cacheWrite,
        long output,
        long reasoning,
        long audioInput,
        long audioOutput,
        long images,
        BigDecimal cost,
        BigDecimal realtimeCost) {
    /// This and another of the same group, over the time of both.
    UsageSums plus(UsageSums other) {
        return new UsageSums(
                null,
                key,
                keyName,
                model,
                member,
                tier,
                label,
                requests + other.requests,
                failed + other.failed,
                refused + other.refused,
                input + other.input,
                cacheRead + other.cacheRead,
                cacheWrite + other.cacheWrite,
                output + other.output,
                reasoning + other.reasoning,
                audioInput + other.audioInput,
                audioOutput + other.audioOutput,
                images + other.images,
                cost.add(other.cost),
                realtimeCost.add(other.realtimeCost));
    }

    public long totalInput() {
        return input + cacheRead + cacheWrite + audioInput;
    }

    public long totalOutput() {
        return output + reasoning + audioOutput;
    }
}
