package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.TestDatabase;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/// Nodes that tell each other, through a real database, what their runs say; beat by beat, on a clock that a test
/// moves.
class LiveExchangeTest {
    private static final TestDatabase TEST = TestDatabase.create();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long RESPONSE = 7;
    private static final long SECOND_TRY = 100_002;

    private final Map<Long, Node> takenBy = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private long now = 1;

    @AfterAll
    static void close() {
        TEST.close();
    }

    @AfterEach
    void end() throws SQLException {
        for (Node node : nodes) {
            node.connection.close();
        }
        TEST.database().engine().useHandle(handle -> handle.execute("TRUNCATE live_reader, live_part"));
    }

    private final class Node {
        final LiveRuns live = new LiveRuns();
        final LiveExchange exchange;
        final Connection connection;
        final boolean notified;
        boolean alive = true;

        Node(boolean notified) throws SQLException {
            this.notified = notified;
            connection = TEST.database().dedicatedConnection(Duration.ZERO);
            exchange = new LiveExchange(
                    live,
                    ids -> ids.stream().filter(this::elsewhere).collect(Collectors.toSet()),
                    nodes.size() + 1,
                    () -> now);
            if (notified) {
                try (Statement listen = connection.createStatement()) {
                    listen.execute("LISTEN " + LiveExchange.CHANNEL);
                }
            }
            exchange.load(connection);
            nodes.add(this);
        }

        private boolean elsewhere(long response) {
            Node by = takenBy.get(response);
            return by != null && by != this;
        }

        LiveRuns.Run begin(long response, long first) {
            takenBy.put(response, this);
            return live.begin(response, first);
        }

        void pass() {
            try {
                if (notified) {
                    for (PGNotification told :
                            connection.unwrap(PGConnection.class).getNotifications(1)) {
                        exchange.told(told.getParameter());
                    }
                }
                exchange.read(connection);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Somebody who is told what has a greater number than all before, as [ResponseTeller] does.
    private static final class Listener {
        final LiveRuns.Ear ear;
        final List<ObjectNode> heard = new ArrayList<>();

        Listener(Node node) {
            ear = node.live.listen(RESPONSE);
            ear.await(Duration.ZERO);
        }

        List<ObjectNode> heard() {
            List<ObjectNode> news = ear.news();
            while (!news.isEmpty()) {
                for (ObjectNode event : news) {
                    if (heard.isEmpty() || number(event) > number(heard.getLast())) {
                        heard.add(event);
                    }
                }
                news = ear.news();
            }
            return heard;
        }
    }

    private static long number(ObjectNode event) {
        return event.path("sequence_number").asLong();
    }

    private void beats(int count) {
        for (int i = 0; i < count; i++) {
            now += LiveExchange.BEAT.toNanos();
            nodes.stream().filter(node -> node.alive).forEach(Node::pass);
        }
    }

    /// Beats until somebody has heard so much: a NOTIFY takes as long as it takes.
    private void beatUntil(Listener listener, int events) {
        for (int i = 0; i < 200 && listener.heard().size() < events; i++) {
            beats(1);
        }
        assertThat(listener.heard()).hasSize(events);
    }

    private static void say(LiveRuns.Run run, int events) {
        for (int i = 0; i < events; i++) {
            run.say(delta("word " + run.log().next()));
        }
    }

    private static ObjectNode delta(String text) {
        return JSON.createObjectNode().put("type", "response.output_text.delta").put("delta", text);
    }

    private static List<ObjectNode> all(LiveRuns.Run run) {
        return run.log().read().next(Integer.MAX_VALUE);
    }

    @Test
    void whatRunsOnAnotherNodeIsHeardAsItComes() throws Exception {
        Node runs = new Node(true);
        Node reads = new Node(true);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        say(run, 50);
        Listener early = new Listener(reads);
        beatUntil(early, 50);
        assertThat(early.heard()).isEqualTo(all(run));
        say(run, 30);
        beatUntil(early, 80);
        assertThat(early.heard()).isEqualTo(all(run));
        Listener late = new Listener(reads);
        assertThat(late.heard()).as("who comes later, from what is here").isEqualTo(all(run));
        say(run, 5);
        run.end();
        beatUntil(early, 85);
        assertThat(early.heard()).as("to the end").isEqualTo(all(run));
        early.ear.close();
        late.ear.close();
    }

    @Test
    void severalNodesHearAtOnceAndEachOfItsOwnResponsesAlone() throws Exception {
        Node runs = new Node(true);
        Node one = new Node(true);
        Node two = new Node(true);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        LiveRuns.Run other = runs.begin(RESPONSE + 1, 2);
        Listener atOne = new Listener(one);
        Listener atTwo = new Listener(two);
        for (int i = 0; i < 10; i++) {
            say(run, 3);
            say(other, 1);
            beats(1);
        }
        beatUntil(atOne, 30);
        beatUntil(atTwo, 30);
        assertThat(atOne.heard()).isEqualTo(all(run));
        assertThat(atTwo.heard()).isEqualTo(all(run));
        assertThat(number("SELECT count(*) FROM live_reader WHERE response <> " + RESPONSE))
                .isZero();
    }

    @Test
    void aRunThatBeginsWhileItIsAskedForIsHeardFromItsFirstEventOn() throws Exception {
        Node runs = new Node(true);
        Node reads = new Node(true);
        takenBy.put(RESPONSE, runs);
        Listener listener = new Listener(reads);
        beats(100);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        say(run, 3);
        beatUntil(listener, 3);
        assertThat(listener.heard()).isEqualTo(all(run));
    }

    @Test
    void withoutNotificationsItIsHeardAllTheSame() throws Exception {
        Node runs = new Node(false);
        Node reads = new Node(false);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        Listener listener = new Listener(reads);
        say(run, 10);
        beatUntil(listener, 10);
        assertThat(listener.heard()).isEqualTo(all(run));
    }

    @Test
    void nothingIsWrittenWhereNobodyListensElsewhereAndNothingAskedWhereNothingRuns() throws Exception {
        Node runs = new Node(true);
        Node idle = new Node(true);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        Listener beside = new Listener(runs);
        idle.alive = false;
        for (int i = 0; i < 100; i++) {
            say(run, 1);
            beats(1);
            assertThat(number("SELECT (SELECT count(*) FROM live_reader) + (SELECT count(*) FROM live_part)"))
                    .isZero();
            idle.exchange.read(unusable());
        }
        assertThat(beside.heard()).hasSize(100);
        run.end();
        for (int i = 0; i < 100; i++) {
            now += LiveExchange.BEAT.toNanos();
            runs.exchange.read(unusable());
        }
    }

    /// A connection that nobody may ask anything.
    private static Connection unusable() {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("asked the database: " + method.getName());
                });
    }

    @Test
    void whatWasLostOnTheWayIsAskedForAnew() throws Exception {
        Node runs = new Node(true);
        Node reads = new Node(true);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        say(run, 10);
        Listener listener = new Listener(reads);
        beatUntil(listener, 10);
        say(run, 10);
        reads.alive = false;
        beats(1);
        execute("DELETE FROM live_part");
        reads.alive = true;
        say(run, 10);
        beatUntil(listener, 30);
        assertThat(listener.heard()).isEqualTo(all(run));
    }

    @Test
    void aDatabaseThatLostAllByACrashIsToldAgain() throws Exception {
        Node runs = new Node(true);
        Node reads = new Node(true);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        Listener listener = new Listener(reads);
        say(run, 10);
        beatUntil(listener, 10);
        execute("TRUNCATE live_reader, live_part");
        runs.exchange.load(runs.connection);
        reads.exchange.load(reads.connection);
        say(run, 10);
        beatUntil(listener, 20);
        assertThat(listener.heard()).isEqualTo(all(run));
    }

    @Test
    void aSecondTryElsewhereGoesOnAndTheFirstIsHeardNoMore() throws Exception {
        Node first = new Node(true);
        Node reads = new Node(true);
        Node second = new Node(true);
        LiveRuns.Run broken = first.begin(RESPONSE, 2);
        Listener listener = new Listener(reads);
        say(broken, 5);
        beatUntil(listener, 5);
        List<ObjectNode> before = List.copyOf(listener.heard());
        assertThat(before).isEqualTo(all(broken));
        first.alive = false;
        beats(10);
        LiveRuns.Run again = second.begin(RESPONSE, SECOND_TRY);
        say(again, 5);
        beatUntil(listener, 10);
        // It was not dead, only slow.
        first.alive = true;
        say(broken, 5);
        beats(20);
        say(again, 5);
        beatUntil(listener, 15);
        List<ObjectNode> expected = new ArrayList<>(before);
        expected.addAll(all(again));
        assertThat(listener.heard()).isEqualTo(expected);
    }

    @Test
    void aSecondTryHereIsHeardAsAnyHere() throws Exception {
        Node first = new Node(true);
        Node reads = new Node(true);
        LiveRuns.Run broken = first.begin(RESPONSE, 2);
        Listener listener = new Listener(reads);
        say(broken, 5);
        beatUntil(listener, 5);
        first.alive = false;
        LiveRuns.Run again = reads.begin(RESPONSE, SECOND_TRY);
        say(again, 5);
        assertThat(listener.heard()).hasSize(10).endsWith(all(again).getLast());
        beats(1);
        assertThat(number("SELECT count(*) FROM live_reader"))
                .as("asks no more")
                .isZero();
        again.end();
    }

    @Test
    void aNodeThatDoesNotTakeIsToldNoMoreThanSoMuch() throws Exception {
        Node runs = new Node(true);
        Node reads = new Node(true);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        Listener listener = new Listener(reads);
        beats(3);
        assertThat(number("SELECT count(*) FROM live_reader")).isEqualTo(1);
        String text = "x".repeat(10_000);
        for (int i = 0; i < 700; i++) {
            run.say(delta(text));
        }
        reads.alive = false;
        // The lease of who asks ends by the database's clock, which goes on.
        execute("UPDATE live_reader SET asks_until = asks_until + interval '1 hour'");
        beats(100);
        assertThat(number("SELECT sum(octet_length(said)) FROM live_part"))
                .isBetween(LiveSends.MOST_UNTAKEN, LiveSends.MOST_UNTAKEN + 2L * LiveSends.MOST_OF_ONE);
        reads.alive = true;
        beatUntil(listener, 700);
        assertThat(listener.heard()).isEqualTo(all(run));
        assertThat(number("SELECT count(*) FROM live_part")).isZero();
    }

    @Test
    void whenNobodyListensAnyMoreNothingIsLeft() throws Exception {
        Node runs = new Node(true);
        Node reads = new Node(true);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        Listener listener = new Listener(reads);
        say(run, 10);
        beatUntil(listener, 10);
        listener.ear.close();
        say(run, 10);
        beats(3);
        assertThat(number("SELECT (SELECT count(*) FROM live_reader) + (SELECT count(*) FROM live_part)"))
                .isZero();
    }

    @Test
    void whatADeadNodeLeftIsRemovedByTheNextThatReadsOrStarts() throws Exception {
        Node runs = new Node(true);
        Node dead = new Node(true);
        LiveRuns.Run run = runs.begin(RESPONSE, 2);
        Listener listener = new Listener(dead);
        say(run, 10);
        beatUntil(listener, 10);
        dead.alive = false;
        say(run, 10);
        beats(1);
        assertThat(number("SELECT count(*) FROM live_part")).isEqualTo(1);
        execute("UPDATE live_reader SET asks_until = now() - interval '1 second'");
        new Node(true);
        assertThat(number("SELECT (SELECT count(*) FROM live_reader) + (SELECT count(*) FROM live_part)"))
                .isZero();
        say(run, 10);
        beats(30);
        assertThat(number("SELECT count(*) FROM live_part")).isZero();
        listener.ear.close();
    }

    @Test
    void theLoginOfRequestsReadsNothingOfWhatIsSaid() {
        for (String table : List.of("live_reader", "live_part")) {
            assertThatThrownBy(() -> TEST.database()
                            .inAccount(
                                    1,
                                    handle -> handle.createQuery("SELECT count(*) FROM " + table)
                                            .mapTo(Long.class)
                                            .one()))
                    .hasMessageContaining("permission denied");
        }
    }

    private static void execute(String sql) {
        TEST.database().engine().useHandle(handle -> handle.execute(sql));
    }

    private static long number(String sql) {
        return TEST.database()
                .engine()
                .withHandle(handle -> Objects.requireNonNull(
                        handle.createQuery(sql).mapTo(Long.class).one()));
    }
}
