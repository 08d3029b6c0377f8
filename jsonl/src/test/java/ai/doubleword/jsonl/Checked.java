package ai.doubleword.jsonl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A file that was checked, whole or in pieces.
record Checked(LineReport report, List<LineEntry> entries) {
    static final LineRules RULES = new LineRules(50_000, 1 << 20, Set.of(LineEndpoint.values()), Checked::fit, 0x5eed);

    private static ModelFit fit(String model, LineEndpoint endpoint) {
        return switch (model) {
            case "chat", "a/b:c@d" -> endpoint == LineEndpoint.EMBEDDINGS ? ModelFit.WRONG_TYPE : ModelFit.FITS;
            case "embed" -> endpoint == LineEndpoint.EMBEDDINGS ? ModelFit.FITS : ModelFit.WRONG_TYPE;
            case "secret" -> ModelFit.NOT_ALLOWED;
            case "realtime-only" -> ModelFit.NOT_OFFERED;
            default -> ModelFit.UNKNOWN;
        };
    }

    static Checked text(String... lines) {
        return bytes(RULES, String.join("\n", lines).getBytes(UTF_8), Integer.MAX_VALUE);
    }

    static Checked bytes(LineRules rules, byte[] file, int piece) {
        List<LineEntry> entries = new ArrayList<>();
        try (LineScanner scanner = new LineScanner(rules, new LargeLines(1), entries::add)) {
            for (int from = 0; from < file.length; from += Math.min(piece, file.length - from)) {
                byte[] copy = java.util.Arrays.copyOfRange(file, from, from + Math.min(piece, file.length - from));
                scanner.accept(copy, 0, copy.length);
                java.util.Arrays.fill(copy, (byte) 'x');
            }
            return new Checked(scanner.finish(), entries);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String chat(String id, String content) {
        return """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"chat","messages":\
                [{"role":"user","content":"%s"}]}}""".formatted(id, content);
    }

    /// A line whose body is this, for the chat endpoint.
    static String body(String body) {
        return "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":" + body + "}";
    }

    LineProblem problem() {
        if (report.problems().size() != 1) {
            throw new AssertionError("not one problem: " + report.problems());
        }
        return report.problems().getFirst();
    }
}
