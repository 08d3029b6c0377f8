package ai.doubleword.billing;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A price as somebody sets it: dollars per million tokens, exact decimals down to $0.0001 and below. Buckets that are
/// absent cost what their kind costs: cached input and audio input like `input`, reasoning and audio output like
/// `output`, images nothing.
///
/// @param tier `realtime` (default), `flex`, `batch`, `background`
/// @param window the completion window of a batch price: `1h`, `24h`
/// @param input per million uncached input tokens
/// @param cacheRead per million input tokens read from a cache
/// @param cacheWrite5m per million input tokens written to a cache for five minutes
/// @param cacheWrite1h per million input tokens written to a cache for an hour
/// @param output per million output tokens
/// @param reasoning per million reasoning tokens
/// @param audioInput per million audio input tokens
/// @param audioOutput per million audio output tokens
/// @param images per million images
/// @param validFrom from when; now if absent, never in the past
public record PriceSpec(
        @Nullable String tier,
        @Nullable String window,
        BigDecimal input,
        @Nullable BigDecimal cacheRead,
        @Nullable BigDecimal cacheWrite5m,
        @Nullable BigDecimal cacheWrite1h,
        @Nullable BigDecimal output,
        @Nullable BigDecimal reasoning,
        @Nullable BigDecimal audioInput,
        @Nullable BigDecimal audioOutput,
        @Nullable BigDecimal images,
        @Nullable Instant validFrom) {}
