package ai.doubleword.webhooks;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/// How events are sent to the webhooks of accounts.
@ConfigMapping(prefix = "doubleword.webhooks")
public interface WebhooksConfig {
    /// The pauses before an event is sent again that did not arrive, each up to a fifth longer by chance; after
    /// the last it is given up. Default 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
    @WithDefault("5s,5m,30m,2h,5h,10h,14h,20h,24h")
    List<Duration> pauses();

    /// How long an endpoint may take to answer. Default 15 s.
    @WithDefault("15s")
    Duration timeout();

    /// How long nothing may arrive before an endpoint is disabled; a mail warns when a quarter of it is over. Default 5
    /// days.
    @WithDefault("5d")
    Duration disableAfter();

    /// How long deliveries are kept, to be looked at and sent again. Default 30 days.
    @WithDefault("30d")
    Duration retention();

    /// Most endpoints of an account. Default 20.
    @WithDefault("20")
    int endpoints();

    /// How often this node looks for what others left to send; default 10 s. What happens here is sent at once.
    @WithDefault("10s")
    Duration poll();
}
