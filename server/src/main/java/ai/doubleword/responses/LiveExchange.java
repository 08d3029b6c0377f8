package ai.doubleword.responses;

import ai.doubleword.platform.ChangeFeed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Has readers on one node hear, as it comes, what a background response says that runs on another. A node on
/// which somebody listens asks; the one that runs the response answers with what its log has and gets, in groups.
/// What is said is in the database from then until the asking node has taken it, some milliseconds later. A node
/// that dies asks no more after [LiveAsks#LEASE], and what it left is removed by the next that has to do with any
/// of this. Where nobody listens to what runs elsewhere nothing is written, and where nothing runs nothing is
/// read.
///
/// As everything may be lost but the result, which has all events: a part that does not fit the one before is
/// answered by asking anew.
final class LiveExchange implements ChangeFeed.Reader {
    static final String CHANNEL = "live_response";

    /// How often there may be something to say.
    static final Duration BEAT = Duration.ofMillis(100);

    /// What nodes are told: that a response, which follows, is asked for.
    static final String ASKED = "asked ";

    /// And that something was said to the node that follows.
    static final String SAID = "said ";

    private static final Duration CLEANING = Duration.ofSeconds(5);

    private final LiveAsks asks;
    private final LiveSends sends;
    private final String saidHere;
    private final LongSupplier nanos;
    private long cleanAt;

    /// @param node this start of the server
    /// @param nanos for spans of time
    LiveExchange(LiveRuns live, LiveAsks.Elsewhere elsewhere, long node, LongSupplier nanos) {
        this.asks = new LiveAsks(live, elsewhere, node);
        this.sends = new LiveSends(live, node);
        this.saidHere = SAID + node;
        this.nanos = nanos;
        this.cleanAt = nanos.getAsLong();
    }

    @Override
    public void told(String payload) {
        if (payload.equals(saidHere)) {
            asks.said();
        } else if (payload.startsWith(ASKED)) {
            sends.asked(Long.parseLong(payload, ASKED.length(), payload.length(), 10), nanos.getAsLong());
        }
    }

    @Override
    public void load(Connection connection) throws SQLException {
        LiveExchangeStore.clean(connection);
        asks.begin();
        sends.begin();
        read(connection);
    }

    @Override
    public void read(Connection connection) throws SQLException {
        long now = nanos.getAsLong();
        asks.pass(connection, now);
        sends.pass(connection, now);
        if ((asks.any() || sends.any()) && now - cleanAt >= 0) {
            LiveExchangeStore.clean(connection);
            cleanAt = now + CLEANING.toNanos();
        }
    }
}
