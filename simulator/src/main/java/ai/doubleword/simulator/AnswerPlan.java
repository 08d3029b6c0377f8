package ai.doubleword.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A whole answer, decided before its first byte: what is sent when, and how it ends. Times are nanoseconds after the
/// model began to work on it. Immutable; faults are functions from plan to plan.
record AnswerPlan(@Nullable Head head, List<Step> steps, Ending ending) {
    static final int STAMP_DIGITS = 19;

    /// @param stampAt where in `data` 19 digits are replaced by [System#nanoTime] as the step is sent; -1: nowhere
    record Step(long dueNanos, Buffer data, int stampAt) {
        Step(long dueNanos, Buffer data) {
            this(dueNanos, data, -1);
        }

        Step with(Buffer other) {
            return new Step(dueNanos, other, -1);
        }

        Step later(long nanos) {
            return new Step(dueNanos + nanos, data, stampAt);
        }
    }

    record Head(long dueNanos, int status, Map<String, String> headers) {}

    enum Ending {
        END,
        CUT,
        NEVER
    }

    /// A whole body with its length, complete at `dueNanos`.
    static AnswerPlan whole(long dueNanos, int status, String contentType, Buffer body) {
        Map<String, String> headers =
                Map.of("content-type", contentType, "content-length", Integer.toString(body.length()));
        return new AnswerPlan(
                new Head(dueNanos, status, headers),
                body.length() == 0 ? List.of() : List.of(new Step(dueNanos, body)),
                Ending.END);
    }

    static AnswerPlan json(long dueNanos, int status, Buffer body) {
        return whole(dueNanos, status, "application/json", body);
    }

    /// Server-sent events; the head comes with the first of them.
    static AnswerPlan events(List<Step> steps) {
        Map<String, String> headers =
                Map.of("content-type", "text/event-stream; charset=utf-8", "cache-control", "no-cache");
        return new AnswerPlan(new Head(steps.getFirst().dueNanos(), 200, headers), steps, Ending.END);
    }

    boolean streamed() {
        return head != null && !head.headers.containsKey("content-length");
    }

    AnswerPlan with(List<Step> other) {
        return new AnswerPlan(head, other, ending);
    }

    AnswerPlan with(Ending other) {
        return new AnswerPlan(head, steps, other);
    }
}
