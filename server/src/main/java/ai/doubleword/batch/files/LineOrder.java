package ai.doubleword.batch.files;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;

/// In which order the results of a batch are read.
public enum LineOrder {
    /// As they were recorded: what is added comes last.
    RECORDED,
    /// As the requests stand in the file.
    INPUT;

    /// @param value of the parameter `order`; empty without one
    /// @throws ProblemException `invalid_value` if it is neither empty nor `input`
    public static LineOrder parse(String value) {
        return switch (value) {
            case "" -> RECORDED;
            case "input" -> INPUT;
            default ->
                throw new ProblemException(Problem.ofParam(
                        ErrorCode.INVALID_VALUE,
                        "order",
                        "`order` is `input`, or not there: then lines come in the order in which they were recorded."));
        };
    }
}
