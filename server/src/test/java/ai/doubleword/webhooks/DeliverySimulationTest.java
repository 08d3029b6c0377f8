package ai.doubleword.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.User;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.webhooks.DeliveryStore.Due;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Several nodes that take, send, note and die in any order, over endpoints that come and go: whatever happens, each
/// event arrives at least once, always as the same message, and what a living node notes is the end of it.
@Tag("S-13")
class DeliverySimulationTest {
    private static final int SEEDS = 40;
    private static final int STEPS = 60;
    private static final WebhookFixture AT = new WebhookFixture();

    @AfterAll
    static void close() {
        AT.close();
    }

    @Test
    void eachEventArrivesAtLeastOnceUnderOneIdWhateverDiesAndWhenever() throws Exception {
        int killed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            killed += new Run(seed).play();
        }
        assertThat(killed).as("kills between sending and noting").isGreaterThan(SEEDS);
    }

    private static final class Run {
        private final long seed;
        private final RandomGenerator random;
        private final User user = AT.accounts.user();
        private final List<String> urls;
        private final List<Node> nodes = List.of(new Node(), new Node(), new Node());
        private int emitted;
        private int killed;

        Run(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.urls = List.of("https://a.example/" + seed, "https://b.example/" + seed);
            urls.forEach(url -> AT.create(user, url));
        }

        int play() throws InterruptedException {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            urls.forEach(url -> AT.inbox.answer(url, new Receiver.Answer.Said(200, "", Duration.ZERO)));
            nodes.forEach(Node::die);
            for (int round = 0; round < 2; round++) {
                AT.clock.advance(Duration.ofHours(29));
                AT.deliver();
            }
            check();
            return killed;
        }

        private void step() throws InterruptedException {
            Node node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(8)) {
                case 0, 1 -> AT.emit(user, AccountEventType.BATCH_COMPLETED, "batch_" + seed + "_" + emitted++);
                case 2, 3 -> node.take();
                case 4 -> node.send();
                case 5 -> node.note();
                case 6 -> {
                    killed += node.sent.size();
                    node.die();
                }
                default -> {
                    AT.clock.advance(Duration.ofSeconds(random.nextInt(1, 180)));
                    AT.inbox.answer(
                            urls.get(random.nextInt(urls.size())),
                            random.nextBoolean()
                                    ? new Receiver.Answer.None("connection reset")
                                    : new Receiver.Answer.Said(random.nextBoolean() ? 200 : 503, "", Duration.ZERO));
                }
            }
        }

        private void check() {
            for (String url : urls) {
                Map<String, String> bodies = new HashMap<>();
                Set<String> subjects = new HashSet<>();
                for (WebhookFixture.Message message : AT.inbox.messages) {
                    if (message.url().equals(url)) {
                        String before = bodies.putIfAbsent(message.id(), message.body());
                        assertThat(before == null || before.equals(message.body()))
                                .as("seed %d: one id, one message", seed)
                                .isTrue();
                        subjects.add(message.body().replaceAll(".*\"data\":", ""));
                    }
                }
                assertThat(subjects)
                        .as("seed %d, %s: events that arrived", seed, url)
                        .hasSize(emitted);
                assertThat(bodies).as("seed %d, %s: one id for each", seed, url).hasSize(emitted);
            }
            for (Webhook webhook : AT.webhooks.list(user.account())) {
                assertThat(AT.webhooks
                                .deliveries(user.account(), WebhookFixture.id(webhook), null, "", 100)
                                .deliveries())
                        .as("seed %d", seed)
                        .hasSize(emitted)
                        .allSatisfy(delivery -> assertThat(delivery.state()).isEqualTo(Delivery.State.DELIVERED));
            }
        }
    }

    /// A node with what it has in memory.
    private static final class Node {
        private final List<Due> taken = new ArrayList<>();
        private final List<Courier.Sent> sent = new ArrayList<>();

        void take() {
            taken.addAll(AT.courier.take(Set.of(), 3));
        }

        void send() throws InterruptedException {
            if (!taken.isEmpty()) {
                sent.add(AT.courier.send(taken.removeFirst()));
            }
        }

        void note() {
            if (!sent.isEmpty()) {
                AT.courier.note(sent.removeFirst());
            }
        }

        void die() {
            taken.clear();
            sent.clear();
        }
    }
}
