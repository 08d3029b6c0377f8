package ai.doubleword.platform;

/// Carries a [Problem] out of the blocking code of the control plane to the one mapper that answers it.
///
/// The gateway passes problems as values instead.
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.message());
        this.problem = problem;
    }

    public ProblemException(ErrorCode code, String message) {
        this(Problem.of(code, message));
    }

    public Problem problem() {
        return problem;
    }
}
