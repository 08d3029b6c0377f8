package ai.doubleword.translation;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;

/// How the walk over a request ends where it cannot be taken. Never leaves this package.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    private Refusal(Problem problem) {
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }

    /// A value of the wrong type or beyond its bounds.
    static Refusal wrong(String param, String expected) {
        return unsupported(param, "`" + param + "` must be " + expected + ".");
    }

    static Refusal unsupported(String param, String message) {
        return new Refusal(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }

    static Refusal missing(String param) {
        return new Refusal(
                Problem.ofParam(ErrorCode.MISSING_REQUIRED_PARAMETER, param, "`" + param + "` is missing; add it."));
    }

    static Refusal malformed(String message) {
        return new Refusal(Problem.of(ErrorCode.INVALID_JSON, message));
    }
}
