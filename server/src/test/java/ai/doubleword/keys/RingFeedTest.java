package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.MemberLeft;
import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.accounts.User;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.ChangeFeed;
import ai.doubleword.platform.DatabaseLogin;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RingFeedTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private final TestDatabase database = TestDatabase.create();
    private final Ids ids = new Ids(Clock.systemUTC(), new SecureRandom());
    private final Peppers peppers = new Peppers(purpose -> purpose.getBytes(StandardCharsets.UTF_8));
    private final Keys keys = new Keys(
            database.database(), peppers, ids, new SecureRandom(), Clock.systemUTC(), (transaction, event) -> {});
    private final TestAccounts accounts = new TestAccounts(database.database(), ids, List.<MemberLeft>of(keys));
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final RingFeed feed = feed(database.database()::dedicatedConnection);
    private final User user = accounts.user();

    @BeforeEach
    void start() throws Exception {
        feed.start();
    }

    @AfterEach
    void stop() {
        feed.close();
        database.close();
    }

    @Test
    @Tag("S-04")
    void revocationIsAppliedWithinOneSecondAndMeasured() throws Exception {
        revokeAndAwait();

        Await.until(() -> metrics.get("doubleword.key.revocation").timer().count() == 1);
        assertThat(metrics.get("doubleword.key.revocation").timer().max(TimeUnit.MILLISECONDS))
                .isLessThan(1_000);
    }

    @Test
    @Tag("S-04")
    void revocationIsAppliedWithinOneSecondWithoutNotify() throws Exception {
        database.database().engine().useHandle(handle -> handle.execute("""
                CREATE OR REPLACE FUNCTION key_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                    INSERT INTO key_change (kind, subject) VALUES (TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[1]);
                    RETURN NULL;
                END $$
                """));

        revokeAndAwait();
    }

    @Test
    void changeThatCommitsAfterALaterOneIsNotMissed() throws Exception {
        String early = issue();
        String late = issue();
        await(early, "verified");
        await(late, "verified");
        try (Connection slow = database.database().dedicatedConnection(Duration.ofSeconds(10))) {
            slow.setAutoCommit(false);
            try (var statement = slow.createStatement()) {
                statement.execute("UPDATE api_key SET revoked_at = now() WHERE id = '" + KeyFormat.id(early) + "'");
            }
            keys.revoke(user.account(), KeyFormat.id(late), null, "");
            await(late, "revoked_api_key");
            // Several reads later the lower change number still is to come.
            for (int i = 0; i < 3; i++) {
                assertThat(feed.refresh().toCompletableFuture().join()).isTrue();
            }
            assertThat(verdict(early)).isEqualTo("verified");

            slow.commit();
        }

        await(early, "revoked_api_key");
    }

    @Test
    void keyMadeElsewhereWorksAtItsFirstUse() {
        String key = issue();

        KeyVerdict verdict = feed.ring().verify(key, HERE);

        assertThat(
                        verdict instanceof KeyVerdict.Pending(var later)
                                ? later.toCompletableFuture().join()
                                : verdict)
                .isInstanceOf(KeyVerdict.Verified.class);
    }

    @Test
    void rowDeletedByHandEndsTheKey() throws Exception {
        String key = issue();
        await(key, "verified");

        database.database()
                .engine()
                .useHandle(handle -> handle.execute("DELETE FROM api_key WHERE id = ?", KeyFormat.id(key)));

        await(key, "invalid_api_key");
    }

    @Test
    void accountsLimitsAndGroupsReachPrincipals() throws Exception {
        String key = issue();
        await(key, "verified");

        accounts.service().setRates(user.account(), new Rates(11, 22, 33));
        accounts.service().setGroups(user.account(), Set.of("beta"));

        Await.until(() -> principal(key).accountRates().equals(new Rates(11, 22, 33))
                && principal(key).groups().size() == 1);
        accounts.service().setGroups(user.account(), Set.of());
        Await.until(() -> principal(key).groups().isEmpty());
    }

    @Test
    @Tag("S-19")
    void silentlyDeadPostgreSqlIsAnOutageAndItsReturnIsNoticed() throws Exception {
        try (FreezingProxy proxy = new FreezingProxy(loginPort());
                RingFeed behind = feed(silence -> through(proxy.port()).open(silence))) {
            behind.start();
            String key = issue();
            Await.until(() -> behind.ring().size() == 1);
            assertThat(behind.ageNanos()).isLessThan(KeyRing.FRESH.toNanos());

            proxy.freeze();
            long frozen = System.nanoTime();
            Await.until(() -> behind.outage(Duration.ofSeconds(10)));
            assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isLessThan(ChangeFeed.SILENCE.plusSeconds(2));
            assertThat(behind.ring().verify(key, HERE)).isInstanceOf(KeyVerdict.Verified.class);
            keys.revoke(user.account(), KeyFormat.id(key), null, "");

            proxy.thaw();
            Await.until(() -> verdict(behind, key).equals("revoked_api_key"));
            Await.until(() -> !behind.outage(Duration.ofSeconds(10)));
        }
    }

    @Test
    @Tag("S-04")
    void postgreSqlThatAnswersWithErrorsIsNoOutage() throws Exception {
        String key = issue();
        await(key, "verified");

        database.database()
                .engine()
                .useHandle(handle ->
                        handle.execute("ALTER TABLE key_change RENAME TO c; ALTER TABLE account RENAME TO a"));

        Await.until(() -> feed.ageNanos() > Duration.ofSeconds(1).toNanos());
        assertThat(feed.outage(Duration.ofSeconds(10))).isFalse();
        database.database()
                .engine()
                .useHandle(handle ->
                        handle.execute("ALTER TABLE c RENAME TO key_change; ALTER TABLE a RENAME TO account"));
        Await.until(() -> feed.ageNanos() < Duration.ofSeconds(1).toNanos());
        await(key, "verified");
    }

    @Test
    void lastUseIsWrittenDown() throws Exception {
        String key = issue();
        await(key, "verified");

        feed.ring().used(principal(key), InetAddress.ofLiteral("203.0.113.9"), "demo/chat");
        feed.saveUses();

        ApiKey.LastUse use = Objects.requireNonNull(
                keys.get(user.account(), KeyFormat.id(key)).lastUsed());
        assertThat(use.from()).isEqualTo("203.0.113.9");
        assertThat(use.model()).isEqualTo("demo/chat");
        assertThat(feed.refresh().toCompletableFuture().join()).isTrue();
        assertThat(principal(key).version()).as("a use is no change").isEqualTo(1);
    }

    @Test
    void newPepperHashesNewKeysAndOldOnesWorkOn() throws Exception {
        String before = issue();
        assertThat(keys.rotatePepper()).isGreaterThan(1);
        String after = issue();

        await(before, "verified");
        await(after, "verified");
    }

    @Test
    void hundredThousandKeysLoadAndAreFound() throws Exception {
        String known = issue();
        try (Connection connection = database.database().dedicatedConnection(Duration.ZERO);
                var statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO api_key (id, family, account_id, created_by, type, name, pepper_id, hmac)
                    SELECT lpad(n::text, 12, '0'), n, %d, %d, 'inference', 'k' || n, 1, decode(repeat('ab', 32), 'hex')
                      FROM generate_series(1, 100000) n
                    """.formatted(user.account(), user.id()));
        }
        feed.close();
        try (RingFeed loaded = feed(database.database()::dedicatedConnection)) {
            System.gc();
            long before =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            loaded.start();
            System.gc();
            long after =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();

            assertThat(loaded.ring().size()).isEqualTo(100_001);
            assertThat(verdict(loaded, known)).isEqualTo("verified");
            assertThat(loaded.ring().entry("000000054321")).isNotNull();
            assertThat(after - before).as("bytes").isLessThan(80L << 20);
        }
    }

    private void revokeAndAwait() throws InterruptedException {
        String key = issue();
        await(key, "verified");
        long start = System.nanoTime();
        keys.revoke(user.account(), KeyFormat.id(key), null, "");

        await(key, "revoked_api_key");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    private String issue() {
        return keys.issue(user.account(), user.id(), KeyType.INFERENCE, KeyTerms.named("k"), Set.of())
                .text()
                .revealText();
    }

    private void await(String key, String verdict) throws InterruptedException {
        Await.until(() -> verdict(key).equals(verdict));
    }

    private Principal principal(String key) {
        return ((KeyVerdict.Verified) feed.ring().verify(key, HERE)).principal();
    }

    private String verdict(String key) {
        return verdict(feed, key);
    }

    private static String verdict(RingFeed feed, String key) {
        KeyVerdict verdict = feed.ring().verify(key, HERE);
        if (verdict instanceof KeyVerdict.Pending(var later)) {
            verdict = later.toCompletableFuture().join();
        }
        return verdict instanceof KeyVerdict.Refused(var problem)
                ? problem.code().code()
                : "verified";
    }

    private RingFeed feed(ChangeFeed.Connector connector) {
        KeysConfig config = new KeysConfig() {
            @Override
            public Duration outageLease() {
                return Duration.ofMinutes(10);
            }

            @Override
            public Duration poll() {
                return Duration.ofMillis(500);
            }
        };
        return new RingFeed(database.database(), connector, peppers, Clock.systemUTC(), config, metrics);
    }

    private String engineUrl() {
        return String.valueOf(database.settings().get("doubleword.database.migration-url"));
    }

    private int loginPort() {
        return java.net.URI.create(engineUrl().substring("jdbc:".length())).getPort();
    }

    private DatabaseLogin through(int port) {
        return DatabaseLogin.parse("test", engineUrl().replace(":" + loginPort() + "/", ":" + port + "/"));
    }
}
