package ai.doubleword.keys;

import ai.doubleword.limits.Rates;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What each request pays for its key: checksum, probe, HMAC, state.
// JMH calls the set-up before anything else.
@SuppressWarnings("NullAway.Init")
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeyCheckBenchmark {
    private static final String SECRET = "s".repeat(KeyFormat.SECRET_LENGTH);

    /// How many keys the ring holds.
    @Param({"10", "100000"})
    public int keys;

    private KeyRing ring;
    private String[] credentials;
    private InetAddress client;
    private int next;

    @Setup
    public void fill() {
        Peppers peppers = new Peppers(purpose -> {
            byte[] key = new byte[32];
            Arrays.fill(key, (byte) 7);
            return key;
        });
        ring = new KeyRing(peppers, Clock.systemUTC(), new AlwaysFresh(), Duration.ofMinutes(10));
        byte[] hmac = peppers.mac(1).doFinal(SECRET.getBytes(StandardCharsets.US_ASCII));
        RingEntry.AccountTerms account = new RingEntry.AccountTerms(new RingEntry.Terms(Rates.UNLIMITED, Set.of(), 1));
        RingEntry.Maker maker = new RingEntry.Maker(false);
        credentials = new String[keys];
        for (int i = 0; i < keys; i++) {
            String id = String.format("%012d", i);
            ring.put(new RingEntry(
                    new RingEntry.Row(
                            id,
                            i,
                            1,
                            1,
                            KeyType.INFERENCE,
                            1,
                            hmac,
                            KeyScopes.UNRESTRICTED,
                            Rates.UNLIMITED,
                            false,
                            Long.MAX_VALUE,
                            false,
                            1),
                    account,
                    maker));
            credentials[i] = KeyFormat.compose(KeyType.INFERENCE, id, SECRET);
        }
        client = InetAddress.getLoopbackAddress();
        if (!(valid() instanceof KeyVerdict.Verified)) {
            throw new IllegalStateException("the ring refuses its own key");
        }
    }

    @Benchmark
    public KeyVerdict valid() {
        next = next + 1 == credentials.length ? 0 : next + 1;
        return ring.verify(credentials[next], client);
    }

    @Benchmark
    public KeyVerdict malformed() {
        return ring.verify("sk-proj-this-is-somebody-elses-key-and-not-one-of-this-se", client);
    }

    private static final class AlwaysFresh implements KeyRing.Clocks {
        @Override
        public long ageNanos() {
            return 0;
        }

        @Override
        public boolean outage(Duration recent) {
            return false;
        }

        @Override
        public CompletionStage<Boolean> refresh() {
            return CompletableFuture.completedFuture(true);
        }
    }
}
