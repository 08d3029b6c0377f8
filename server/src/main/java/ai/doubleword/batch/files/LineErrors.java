package ai.doubleword.batch.files;

import ai.doubleword.jsonl.LineProblem;
import ai.doubleword.jsonl.LineReport;
import ai.doubleword.platform.ErrorBody;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ErrorForm;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// The error of a file that is not right: that of any route, and in it `errors` as batches have them: code, message,
/// line and parameter of each problem, and `total`, for only the first thousand are named.
final class LineErrors {
    private static final ObjectMapper JSON = JsonFormat.trees();

    private static final int IN_MESSAGE = 5;

    private LineErrors() {}

    /// The problem of a file: its first lines in the message.
    static Problem problem(LineReport report) {
        List<LineProblem> problems = report.problems();
        boolean access = problems.stream().allMatch(one -> one.reason() == LineProblem.Reason.MODEL_NOT_ALLOWED);
        StringBuilder message = new StringBuilder();
        problems.stream()
                .limit(IN_MESSAGE)
                .forEach(one -> message.append(one.message()).append(' '));
        long more = report.problemCount() - IN_MESSAGE;
        if (more > 0) {
            message.append("And ").append(more).append(more == 1 ? " more problem." : " more problems.");
        }
        return Problem.ofParam(
                access ? ErrorCode.MODEL_NOT_ALLOWED : ErrorCode.INVALID_FILE,
                "file",
                message.toString().strip());
    }

    static byte[] body(ErrorForm form, LineReport report, String requestId) throws JsonProcessingException {
        ObjectNode whole = parse(ErrorBody.render(form, problem(report), requestId));
        ObjectNode errors = (form == ErrorForm.OPENAI ? whole.withObject("/error") : whole).putObject("errors");
        errors.put("object", "list");
        errors.put("total", report.problemCount());
        ArrayNode data = errors.putArray("data");
        for (LineProblem problem : report.problems()) {
            data.addObject()
                    .put("code", problem.reason().wire())
                    .put("line", problem.line())
                    .put("param", problem.field())
                    .put("message", problem.message());
        }
        return JSON.writeValueAsBytes(whole);
    }

    private static ObjectNode parse(byte[] body) {
        try {
            return (ObjectNode) JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
