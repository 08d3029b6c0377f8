package ai.doubleword.gateway;

import io.vertx.core.buffer.Buffer;
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

/// What each request pays for the one look at its body.
// JMH calls the set-up before anything else.
@SuppressWarnings("NullAway.Init")
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestScanBenchmark {
    /// Bytes of the message in the body.
    @Param({"600", "30000"})
    public int length;

    private Buffer body;

    @Setup
    public void write() {
        body = Buffer.buffer("{\"model\":\"sim-instant\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                + "{\"role\":\"user\",\"content\":\"" + "word ".repeat(length / 5)
                + "\"}],\"temperature\":0.7,\"max_tokens\":100,\"stream\":true}");
        if (scan().problem != null) {
            throw new IllegalStateException("the body is refused");
        }
    }

    @Benchmark
    public RequestScan scan() {
        return RequestScan.of(body);
    }
}
