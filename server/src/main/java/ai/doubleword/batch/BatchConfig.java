package ai.doubleword.batch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How batches run.
@ConfigMapping(prefix = "doubleword.batch")
public interface BatchConfig {
    /// Most lines of one model that this node runs at once; default 64. Within it the number follows what the
    /// model's providers take.
    @WithDefault("64")
    int concurrency();

    /// How often this node looks for work that others left or made; default 5 s. Work made here starts at once.
    @WithDefault("5s")
    Duration poll();

    /// How long a request that came singly may wait to be run; then it fails as `batch_expired`. Default 24 h.
    /// Those of the background tier wait for ever.
    @WithDefault("24h")
    Duration patience();

    /// How long requests that came singly are kept with their results, where their account does not say; default 30
    /// days.
    @WithDefault("30d")
    Duration keep();

    /// How long a batch can still be looked at when its results are gone. Default 365 days.
    @WithDefault("365d")
    Duration retention();

    /// What becomes of a batch whose deadline cannot be met at the speed that was measured: `open` takes it and marks
    /// it as at risk, `strict` refuses it with `deadline_infeasible`. Default `open`.
    @WithDefault("open")
    Admission admission();

    /// Which batches are taken.
    enum Admission {
        /// All.
        OPEN,
        /// None that is known to be late.
        STRICT
    }
}
