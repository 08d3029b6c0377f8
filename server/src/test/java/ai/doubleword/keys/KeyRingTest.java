package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.limits.Rates;
import ai.doubleword.platform.AddressRange;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
    private static final String ID = "AbCdEfGhIjKl";
    private static final String SECRET = "0123456789abcdefghijABCDEFGHIJ01";
    private static final String KEY = KeyFormat.compose(KeyType.INFERENCE, ID, SECRET);
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.7");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final Peppers peppers = new Peppers(purpose -> purpose.getBytes(StandardCharsets.UTF_8));
    private final TestClocks clocks = new TestClocks();
    private final RingEntry.AccountTerms account =
            new RingEntry.AccountTerms(new RingEntry.Terms(Rates.UNLIMITED, Set.of(5L), 0));
    private final RingEntry.Maker maker = new RingEntry.Maker(false);
    private KeyRing ring = ring(Duration.ofMinutes(10));

    /// The two clocks by hand.
    private static final class TestClocks implements KeyRing.Clocks {
        Duration age = Duration.ZERO;
        boolean outage;
        int asked;
        int refreshes;
        CompletableFuture<Boolean> refresh = new CompletableFuture<>();

        @Override
        public long ageNanos() {
            asked++;
            return age.toNanos();
        }

        @Override
        public boolean outage(Duration recent) {
            return outage;
        }

        @Override
        public CompletionStage<Boolean> refresh() {
            refreshes++;
            return refresh;
        }
    }

    @Test
    void rightKeyIsItsPrincipal() {
        put(row -> row);

        KeyVerdict verdict = ring.verify(KEY, HERE);

        assertThat(verdict).isInstanceOfSatisfying(KeyVerdict.Verified.class, verified -> {
            assertThat(verified.principal().keyId()).isEqualTo(ID);
            assertThat(verified.principal().account()).isEqualTo(2);
            assertThat(verified.principal().groups()).containsExactly(5L);
        });
        assertThat(ring.verify(KEY, HERE)).as("one object for all requests").isSameAs(verdict);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "dw_sk_", "sk-proj-123", "dw_sk_AbCdEfGhIjKl_0123456789abcdefghijABCDEFGHIJ01000000"})
    @Tag("S-01")
    void malformedKeyTouchesNeitherRingNorDatabase(String credential) {
        Peppers untouchable = new Peppers(purpose -> {
            throw new AssertionError("a pepper was asked for");
        });
        KeyRing untouched = new KeyRing(untouchable, Clock.systemUTC(), clocks, Duration.ofMinutes(10));
        untouched.put(entry(row(), maker));

        assertThat(code(untouched.verify(credential, HERE))).isEqualTo("invalid_api_key");

        assertThat(clocks.asked).isZero();
        assertThat(clocks.refreshes).isZero();
    }

    @Test
    void noKeyIsToldApartFromABadOne() {
        assertThat(code(ring.verify("", HERE))).isEqualTo("missing_api_key");
    }

    @Test
    void wrongSecretWithARightChecksumIsUnknown() {
        put(row -> row);

        assertThat(code(ring.verify(KeyFormat.compose(KeyType.INFERENCE, ID, SECRET.replace('0', '1')), HERE)))
                .isEqualTo("invalid_api_key");
        assertThat(clocks.refreshes).isZero();
    }

    @Test
    @Tag("S-04")
    void endedKeysSayHowTheyEnded() {
        put(row -> with(row, row.scopes(), NOW.toEpochMilli(), false, row.version()));
        assertThat(code(ring.verify(KEY, HERE))).isEqualTo("expired_api_key");

        put(row -> with(row, row.scopes(), NOW.toEpochMilli() + 1, false, row.version() + 1));
        assertThat(ring.verify(KEY, HERE)).isInstanceOf(KeyVerdict.Verified.class);

        put(row -> with(row, row.scopes(), Long.MAX_VALUE, true, row.version() + 2));
        assertThat(code(ring.verify(KEY, HERE))).isEqualTo("revoked_api_key");
    }

    @Test
    void keyIsBoundToItsAddresses() {
        KeyScopes office =
                new KeyScopes(Set.of(), List.of(), Set.of(), List.of(AddressRange.parse("192.0.2.0/29")), Set.of());
        put(row -> with(row, office, row.expiresAtMillis(), false, row.version()));

        assertThat(ring.verify(KEY, HERE)).isInstanceOf(KeyVerdict.Verified.class);
        assertThat(code(ring.verify(KEY, InetAddress.ofLiteral("192.0.2.9")))).isEqualTo("ip_denied");
        assertThat(code(ring.verify(KEY, InetAddress.ofLiteral("::1")))).isEqualTo("ip_denied");
    }

    @Test
    void changeOfAnAccountReachesAllOfItsKeysAtOnce() {
        put(row -> row);
        long before = principal().version();

        account.terms = new RingEntry.Terms(new Rates(9, 0, 0), Set.of(), 1);

        assertThat(principal().accountRates().requestsPerMinute()).isEqualTo(9);
        assertThat(principal().groups()).isEmpty();
        assertThat(principal().version()).isNotEqualTo(before);
    }

    @Test
    void disabledMakerEndsTheKey() {
        put(row -> row);
        maker.disabled = true;

        assertThat(code(ring.verify(KEY, HERE))).isEqualTo("revoked_api_key");
    }

    @Test
    @Tag("S-04")
    void ringThatIsNotFreshRefusesWhilePostgreSqlAnswers() {
        put(row -> row);

        clocks.age = KeyRing.FRESH;
        assertThat(ring.verify(KEY, HERE)).isInstanceOf(KeyVerdict.Verified.class);

        clocks.age = KeyRing.FRESH.plusNanos(1);
        KeyVerdict stale = ring.verify(KEY, HERE);
        assertThat(code(stale)).isEqualTo("no_capacity");
        assertThat(((KeyVerdict.Refused) stale).problem().retryAfterSeconds()).isPositive();
    }

    @Test
    @Tag("S-19")
    void outageIsLivedThroughOnItsLeaseAndNoLonger() {
        put(row -> row);
        clocks.outage = true;

        clocks.age = Duration.ofMinutes(10);
        assertThat(ring.verify(KEY, HERE)).isInstanceOf(KeyVerdict.Verified.class);

        clocks.age = Duration.ofMinutes(10).plusNanos(1);
        assertThat(code(ring.verify(KEY, HERE))).isEqualTo("no_capacity");
    }

    @Test
    @Tag("S-19")
    void expiryAppliesDuringAnOutage() {
        put(row -> with(row, row.scopes(), NOW.toEpochMilli(), false, row.version()));
        clocks.outage = true;
        clocks.age = Duration.ofMinutes(1);

        assertThat(code(ring.verify(KEY, HERE))).isEqualTo("expired_api_key");
    }

    @Test
    @Tag("S-19")
    void withoutALeaseAnOutageRefusesAfterFiveSeconds() {
        ring = ring(Duration.ZERO);
        put(row -> row);
        clocks.outage = true;

        clocks.age = KeyRing.FRESH;
        assertThat(ring.verify(KEY, HERE)).isInstanceOf(KeyVerdict.Verified.class);
        clocks.age = KeyRing.FRESH.plusNanos(1);
        assertThat(code(ring.verify(KEY, HERE))).isEqualTo("no_capacity");
    }

    @Test
    void unknownKeyWaitsForOneRefresh() {
        KeyVerdict first = ring.verify(KEY, HERE);
        KeyVerdict second = ring.verify(KeyFormat.compose(KeyType.INFERENCE, "000000000000", SECRET), HERE);
        assertThat(first).isInstanceOf(KeyVerdict.Pending.class);

        put(row -> row);
        clocks.refresh.complete(true);

        assertThat(((KeyVerdict.Pending) first).verdict())
                .isCompletedWithValueMatching(it -> it instanceof KeyVerdict.Verified);
        assertThat(((KeyVerdict.Pending) second).verdict())
                .isCompletedWithValueMatching(it -> code(it).equals("invalid_api_key"));
    }

    @Test
    void unknownKeyIsNotCalledInvalidWhenTheRefreshFailed() {
        KeyVerdict pending = ring.verify(KEY, HERE);
        clocks.refresh.complete(false);
        assertThat(((KeyVerdict.Pending) pending).verdict())
                .isCompletedWithValueMatching(it -> code(it).equals("no_capacity"));

        clocks.outage = true;
        assertThat(code(ring.verify(KEY, HERE))).isEqualTo("no_capacity");
    }

    @Test
    void floodOfUnknownKeysIsRefusedAtOnce() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(ring.verify(KEY, HERE)).isInstanceOf(KeyVerdict.Pending.class);
        }
        assertThat(code(ring.verify(KEY, HERE))).isEqualTo("invalid_api_key");

        clocks.refresh.complete(true);
        clocks.refresh = new CompletableFuture<>();
        assertThat(ring.verify(KEY, HERE)).isInstanceOf(KeyVerdict.Pending.class);
    }

    @Test
    void streamsAreCutWhereTheKeySaysSo() {
        List<String> cut = new ArrayList<>();
        Runnable stop = ring.onCut(cut::add);
        put(row -> row);

        put(row -> with(row, row.scopes(), row.expiresAtMillis(), true, row.version() + 1));
        assertThat(cut).containsExactly(ID);
        put(row -> with(row, row.scopes(), row.expiresAtMillis(), true, row.version() + 2));
        assertThat(cut).as("once").hasSize(1);

        stop.run();
        ring.remove(ID);
        assertThat(cut).hasSize(1);
    }

    @Test
    void keysOfTwoPeppersWorkSideBySide() {
        put(row -> row);
        String other = KeyFormat.compose(KeyType.INFERENCE, "222222222222", SECRET);
        RingEntry.Row row = row();
        ring.put(entry(
                new RingEntry.Row(
                        "222222222222",
                        1,
                        2,
                        3,
                        KeyType.INFERENCE,
                        2,
                        hmac(2),
                        row.scopes(),
                        row.rates(),
                        false,
                        Long.MAX_VALUE,
                        false,
                        1),
                maker));

        for (int i = 0; i < 3; i++) {
            assertThat(ring.verify(KEY, HERE)).isInstanceOf(KeyVerdict.Verified.class);
            assertThat(ring.verify(other, HERE)).isInstanceOf(KeyVerdict.Verified.class);
        }
    }

    private KeyRing ring(Duration lease) {
        return new KeyRing(peppers, Clock.fixed(NOW, ZoneOffset.UTC), clocks, lease);
    }

    private void put(java.util.function.UnaryOperator<RingEntry.Row> change) {
        ring.put(entry(change.apply(row()), maker));
    }

    private RingEntry entry(RingEntry.Row row, RingEntry.Maker by) {
        return new RingEntry(row, account, by);
    }

    private Principal principal() {
        return ((KeyVerdict.Verified) ring.verify(KEY, HERE)).principal();
    }

    private RingEntry.Row row() {
        return new RingEntry.Row(
                ID,
                1,
                2,
                3,
                KeyType.INFERENCE,
                1,
                hmac(1),
                KeyScopes.UNRESTRICTED,
                Rates.UNLIMITED,
                true,
                Long.MAX_VALUE,
                false,
                1);
    }

    private byte[] hmac(int pepper) {
        return peppers.mac(pepper).doFinal(SECRET.getBytes(StandardCharsets.US_ASCII));
    }

    private static RingEntry.Row with(
            RingEntry.Row row, KeyScopes scopes, long expires, boolean revoked, long version) {
        return new RingEntry.Row(
                row.id(),
                row.family(),
                row.account(),
                row.createdBy(),
                row.type(),
                row.pepper(),
                row.hmac(),
                scopes,
                row.rates(),
                row.cutStreams(),
                expires,
                revoked,
                version);
    }

    private static String code(KeyVerdict verdict) {
        return verdict instanceof KeyVerdict.Refused(var problem)
                ? problem.code().code()
                : verdict.toString();
    }
}
