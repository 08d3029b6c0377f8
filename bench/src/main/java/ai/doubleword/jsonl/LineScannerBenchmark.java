package ai.doubleword.jsonl;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The check of a file of 50,000 lines and 200 MB, index included; the goal is 5 s with hash and disk.
// JMH calls the set-up before anything else.
@SuppressWarnings("NullAway.Init")
@State(Scope.Benchmark)
@Fork(value = 1, jvmArgsAppend = "-Xmx64m")
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LineScannerBenchmark {
    private static final int LINES = 50_000;
    private static final int BUFFER = 64 * 1024;

    private String body;

    @Setup
    public void write() {
        body =
                "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":"
                        + "\"system\",\"content\":\"" + "You are careful. ".repeat(80)
                        + "\"},{\"role\":\"user\",\"content\":\""
                        + "Some words of prose, as people write them. ".repeat(58) + "\"}],\"max_tokens\":200}}\n";
    }

    @Benchmark
    public LineReport check() throws IOException {
        LineRules rules = new LineRules(LINES, 1 << 25, Set.of(LineEndpoint.CHAT), (model, at) -> ModelFit.FITS, 7);
        LineIndexWriter index = new LineIndexWriter(OutputStream.nullOutputStream());
        try (LineScanner scanner = new LineScanner(rules, new LargeLines(1), index::add)) {
            byte[] buffer = new byte[BUFFER];
            int filled = 0;
            for (int i = 0; i < LINES; i++) {
                byte[] line = ("{\"custom_id\":\"request-" + i + body).getBytes(StandardCharsets.UTF_8);
                for (int from = 0; from < line.length; ) {
                    int run = Math.min(line.length - from, BUFFER - filled);
                    System.arraycopy(line, from, buffer, filled, run);
                    from += run;
                    filled += run;
                    if (filled == BUFFER) {
                        scanner.accept(buffer, 0, filled);
                        filled = 0;
                    }
                }
            }
            scanner.accept(buffer, 0, filled);
            index.finish();
            LineReport report = scanner.finish();
            if (!report.isRight()) {
                throw new IllegalStateException(report.problems().toString());
            }
            return report;
        }
    }
}
