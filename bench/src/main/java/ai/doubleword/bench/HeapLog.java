package ai.doubleword.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a JVM's log of collections says of its heap: how much was left after each. A young collection leaves garbage of
/// the old generation too, so the figures are upper bounds.
final class HeapLog {
    private static final Pattern COLLECTION = Pattern.compile("\\d+M->(\\d+)M\\(");

    private final Path file;

    HeapLog(Path file) {
        this.file = file;
    }

    /// What makes a JVM write it.
    String options() {
        return "-Xlog:gc:file=" + file;
    }

    /// How many collections there were.
    int size() {
        return collections().size();
    }

    /// The most that was left after one of those from a number on, up to another, in MiB; 0 where there was none.
    int most(int from, int to) {
        return collections().subList(from, to).stream().max(Integer::compare).orElse(0);
    }

    /// Has the JVM collect all, and says what is left in MiB.
    int collect(long pid) {
        try {
            int status = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("jcmd ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return collections().getLast();
    }

    private List<Integer> collections() {
        try (var lines = Files.lines(file)) {
            return lines.map(COLLECTION::matcher)
                    .filter(Matcher::find)
                    .map(found -> Integer.parseInt(found.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
