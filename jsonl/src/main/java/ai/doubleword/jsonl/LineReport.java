package ai.doubleword.jsonl;

import java.util.List;

/// What a check of a file found.
///
/// @param bytes of the file
/// @param lines requests in it, right or wrong
/// @param totals of the right lines, by model and endpoint, in the order of first appearance
/// @param problems the first [LineScanner#NAMED_PROBLEMS], in the order of their lines
/// @param problemCount of all
public record LineReport(long bytes, int lines, List<Total> totals, List<LineProblem> problems, long problemCount) {
    public LineReport {
        totals = List.copyOf(totals);
        problems = List.copyOf(problems);
    }

    /// Whether every line is right.
    public boolean isRight() {
        return problemCount == 0;
    }

    /// The lines that name a model at an endpoint.
    ///
    /// @param model what `body.model` names
    /// @param endpoint what `url` names
    /// @param lines how many
    /// @param inputTokens estimate, all together
    /// @param outputTokens the most output that those ask for that name a maximum
    /// @param unboundedLines how many name no maximum
    public record Total(
            String model, LineEndpoint endpoint, int lines, long inputTokens, long outputTokens, int unboundedLines) {
        Total plus(LineEntry entry) {
            return new Total(
                    model,
                    endpoint,
                    lines + 1,
                    inputTokens + entry.inputTokens(),
                    outputTokens + entry.outputTokens(),
                    unboundedLines + (entry.outputTokens() == 0 ? 1 : 0));
        }
    }
}
