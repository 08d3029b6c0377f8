package ai.doubleword.gateway;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// What each event of a stream pays to be read along with; per event, in streams of 100.
// JMH calls the set-up before anything else.
@SuppressWarnings("NullAway.Init")
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SseTapBenchmark {
    private static final int EVENTS = 100;

    /// What the model is called by the customer; `sim-instant` is what the upstream calls it.
    @Param({"sim-instant", "public/name"})
    public String publicName;

    private Buffer[] events;
    private byte[] quoted;

    @Setup
    public void write() {
        events = new Buffer[EVENTS];
        for (int i = 0; i < EVENTS; i++) {
            events[i] =
                    Buffer.buffer("data: {\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion.chunk\","
                            + "\"created\":1767225600,\"model\":\"sim-instant\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                            + "\" word\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n");
        }
        quoted = ("\"" + publicName + "\"").getBytes(StandardCharsets.US_ASCII);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void event(Blackhole hole) {
        SseTap tap = new SseTap(quoted, true);
        for (Buffer event : events) {
            hole.consume(tap.feed(event));
        }
    }
}
