package ai.doubleword.responses;

import ai.doubleword.responses.LiveExchangeStore.Part;
import ai.doubleword.responses.LiveExchangeStore.Reader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What runs on this node say to those who ask for it on another: all so far, then what comes, in groups. Nothing is
/// written for a run that nobody asks for; while any runs, it looks now and then who asks, for a NOTIFY may be lost.
/// Confined to the exchange's thread.
final class LiveSends {
    private static final Duration LOOK = Duration.ofSeconds(2);

    /// Bytes, about, that are said of one run, and of all, at once.
    static final int MOST_OF_ONE = 128 * 1024;

    private static final int MOST_AT_ONCE = 1 << 20;

    /// Bytes that a node may leave untaken before nothing more is said to it.
    static final long MOST_UNTAKEN = 4 << 20;

    private final LiveRuns live;
    private final long node;
    private final Map<Reader, Sending> sendings = new LinkedHashMap<>();

    /// Responses that nodes said they ask for, until when that holds.
    private final Map<Long, Long> asked = new HashMap<>();

    /// The runs of those for which it was looked who asks.
    private final Map<Long, EventLog> looked = new HashMap<>();

    private boolean look;
    private long lookAt;

    /// How far one reader is told.
    private static final class Sending {
        private final long asked;
        private EventLog log;
        private int at;

        Sending(long asked, EventLog log) {
            this.asked = asked;
            this.log = log;
        }
    }

    /// @param node this start of the server
    LiveSends(LiveRuns live, long node) {
        this.live = live;
        this.node = node;
    }

    /// Some node said that it asks for a response.
    void asked(long response, long now) {
        asked.put(response, now + LiveAsks.LEASE.toNanos());
        look |= live.running(response) != null;
    }

    /// Whether anything is said to anybody.
    boolean any() {
        return !sendings.isEmpty();
    }

    /// The database may have lost who asks.
    void begin() {
        sendings.clear();
        look = true;
    }

    void pass(Connection connection, long now) throws SQLException {
        asked.values().removeIf(until -> now - until >= 0);
        looked.keySet().retainAll(asked.keySet());
        if (live.running().isEmpty() && sendings.isEmpty()) {
            return;
        }
        for (long response : asked.keySet()) {
            EventLog begun = live.running(response);
            look |= begun != null && looked.put(response, begun) != begun;
        }
        if (look || now - lookAt >= 0) {
            look(connection);
            look = false;
            lookAt = now + LOOK.toNanos();
        }
        if (!sendings.isEmpty()) {
            send(connection);
        }
    }

    private void look(Connection connection) throws SQLException {
        Set<Long> responses = new HashSet<>(live.running());
        sendings.keySet().forEach(reader -> responses.add(reader.response()));
        Map<Reader, Long> readers = LiveExchangeStore.readers(connection, responses, node);
        sendings.keySet().retainAll(readers.keySet());
        readers.forEach((reader, number) -> {
            Sending known = sendings.get(reader);
            if (known == null || known.asked != number) {
                EventLog log = newest(reader, known);
                if (log != null) {
                    sendings.put(reader, new Sending(number, log));
                }
            }
        });
    }

    private @Nullable EventLog newest(Reader reader, @Nullable Sending known) {
        EventLog running = live.running(reader.response());
        return running != null || known == null ? running : known.log;
    }

    private void send(Connection connection) throws SQLException {
        List<Part> parts = parts();
        if (parts.isEmpty()) {
            return;
        }
        Set<Reader> said = LiveExchangeStore.say(connection, parts, MOST_UNTAKEN, LiveExchange.SAID);
        for (Part part : parts) {
            Sending sending = sendings.remove(part.to());
            if (sending != null) {
                sending.at += said.contains(part.to()) ? part.said().length : 0;
                // To the end: the others come first the next time.
                sendings.put(part.to(), sending);
            }
        }
    }

    /// What is new for each reader. One whose run is over and told is a reader no more.
    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        int bytes = 0;
        Iterator<Map.Entry<Reader, Sending>> all = sendings.entrySet().iterator();
        while (all.hasNext() && bytes < MOST_AT_ONCE) {
            Map.Entry<Reader, Sending> entry = all.next();
            Sending sending = entry.getValue();
            EventLog running = live.running(entry.getKey().response());
            if (running != null && running != sending.log) {
                sending.log = running;
                sending.at = 0;
            }
            byte[] more = sending.log.after(sending.at, MOST_OF_ONE);
            if (more.length > 0) {
                parts.add(new Part(entry.getKey(), sending.asked, sending.log.first(), sending.at, more));
                bytes += more.length;
            } else if (running == null) {
                all.remove();
            }
        }
        return parts;
    }
}
