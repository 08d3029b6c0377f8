package ai.doubleword.simulator;

import ai.doubleword.simulator.AnswerPlan.Ending;
import ai.doubleword.simulator.AnswerPlan.Head;
import ai.doubleword.simulator.AnswerPlan.Step;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What each fault does to a plan.
final class Faults {
    private Faults() {}

    /// The faults that need no answer of the model: applied before one is made.
    static @Nullable AnswerPlan instead(List<Fault> faults) {
        for (Fault fault : faults) {
            AnswerPlan plan = switch (fault.kind()) {
                case STATUS -> status(fault);
                case CLOSE -> new AnswerPlan(null, List.of(), Ending.CUT);
                case ERROR_BODY ->
                    AnswerPlan.json(0, 200, Refusal.body(500, "internal_error", null, "the model crashed"));
                case EMPTY -> AnswerPlan.json(0, 200, Buffer.buffer());
                case HTML ->
                    AnswerPlan.whole(0, 200, "text/html", Buffer.buffer("<html><body>Bad gateway</body></html>"));
                default -> null;
            };
            if (plan != null) {
                return plan;
            }
        }
        return null;
    }

    private static AnswerPlan status(Fault fault) {
        String message = fault.options().getOrDefault("message", "the simulator was told to fail");
        String code = fault.status() == 429 ? "rate_limit_exceeded" : "simulated_" + fault.status();
        AnswerPlan plan = AnswerPlan.json(0, fault.status(), Refusal.body(fault.status(), code, null, message));
        String retryAfter = fault.options().get("retry-after");
        return retryAfter == null ? plan : withHeader(plan, "retry-after", retryAfter);
    }

    /// Every fault in turn.
    static AnswerPlan apply(AnswerPlan plan, List<Fault> faults) {
        AnswerPlan changed = plan;
        for (Fault fault :
                faults.stream().sorted(Comparator.comparingInt(Faults::phase)).toList()) {
            changed = apply(changed, fault);
        }
        return changed;
    }

    /// Text before packets, so that none is decoded from half a character; what shortens or delays comes last.
    private static int phase(Fault fault) {
        return switch (fault.kind()) {
            case SPLIT_UTF8, BYTEWISE, ONE_PACKET -> 1;
            case CUT, STALL, WRONG_LENGTH, SLOW_FIRST_BYTE, SLOW_FIRST_CHUNK -> 2;
            default -> 0;
        };
    }

    private static AnswerPlan apply(AnswerPlan plan, Fault fault) {
        return switch (fault.kind()) {
            case SLOW_FIRST_BYTE -> later(plan, millis(fault, 5000), 0, true);
            case SLOW_FIRST_CHUNK -> later(plan, millis(fault, 5000), 0, false);
            case STALL -> stall(plan, fault);
            case CUT -> head(plan, fault).with(Ending.CUT);
            case MALFORMED_SSE -> insert(plan, fault, Buffer.buffer("data: {\"choices\":[{\"delta\":\n\n"));
            case ERROR_EVENT -> errorEvent(plan, fault);
            case HUGE_EVENT -> insert(plan, fault, huge(fault.number("bytes", 9_000_000)));
            case SPLIT_UTF8 -> packets(plan, Faults::insideCharacters);
            case BYTEWISE -> packets(plan, Faults::everywhere);
            case ONE_PACKET -> onePacket(plan);
            case CR -> bytes(plan, text -> text.replace("\n", "\r"));
            case CRLF -> bytes(plan, text -> text.replace("\n", "\r\n"));
            case NO_SPACE -> bytes(plan, text -> text.replace("data: ", "data:"));
            case MULTI_LINE -> bytes(plan, text -> text.replace(",\"choices\":", ",\ndata: \"choices\":"));
            case REFUSAL -> bytes(plan, Faults::refused);
            case COMMENTS -> bytes(plan, text -> ": still here\n\n" + text);
            case NO_DONE ->
                plan.with(plan.steps().stream()
                        .filter(step -> !step.data().equals(Events.DONE))
                        .toList());
            case WRONG_LENGTH -> wrongLength(plan, fault.number("plus", 64));
            case OK, STATUS, CLOSE, ERROR_BODY, EMPTY, HTML, NO_USAGE -> plan;
        };
    }

    private static String refused(String answer) {
        return answer.replace(",\"refusal\":null", "").replace("\"content\":", "\"content\":null,\"refusal\":");
    }

    private static long millis(Fault fault, int otherwise) {
        return fault.number("ms", otherwise) * 1_000_000L;
    }

    private static AnswerPlan withHeader(AnswerPlan plan, String name, String value) {
        Head head = plan.head();
        if (head == null) {
            return plan;
        }
        Map<String, String> headers = new HashMap<>(head.headers());
        headers.put(name, value);
        return new AnswerPlan(
                new Head(head.dueNanos(), head.status(), Map.copyOf(headers)), plan.steps(), plan.ending());
    }

    private static AnswerPlan later(AnswerPlan plan, long nanos, int fromStep, boolean headToo) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            Step step = plan.steps().get(i);
            steps.add(i < fromStep ? step : step.later(nanos));
        }
        Head head = plan.head();
        if (headToo && head != null) {
            head = new Head(head.dueNanos() + nanos, head.status(), head.headers());
        }
        return new AnswerPlan(head, steps, plan.ending());
    }

    private static AnswerPlan stall(AnswerPlan plan, Fault fault) {
        long nanos = millis(fault, 0);
        return nanos > 0
                ? later(plan, nanos, fault.number("after", 2), false)
                : head(plan, fault).with(Ending.NEVER);
    }

    /// The first chunks of a stream, or half of a whole body.
    private static AnswerPlan head(AnswerPlan plan, Fault fault) {
        if (plan.streamed()) {
            int kept = Math.min(fault.number("after", 2), plan.steps().size() - 1);
            return plan.with(plan.steps().subList(0, kept));
        }
        return plan.with(plan.steps().stream()
                .map(step -> step.with(step.data().slice(0, step.data().length() / 2)))
                .toList());
    }

    private static AnswerPlan insert(AnswerPlan plan, Fault fault, Buffer event) {
        List<Step> steps = new ArrayList<>(plan.steps());
        int at = Math.min(fault.number("after", 2), steps.size() - 1);
        steps.add(at, new Step(steps.get(at).dueNanos(), event));
        return plan.with(steps);
    }

    private static AnswerPlan errorEvent(AnswerPlan plan, Fault fault) {
        Buffer event = Buffer.buffer("data: ")
                .appendBuffer(Refusal.body(500, "internal_error", null, "the model crashed"))
                .appendString("\n\n");
        AnswerPlan cut = head(plan, fault);
        List<Step> steps = new ArrayList<>(cut.steps());
        steps.add(new Step(steps.isEmpty() ? 0 : steps.getLast().dueNanos(), event));
        return plan.with(steps);
    }

    private static Buffer huge(int bytes) {
        return Buffer.buffer(
                "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                        + "x".repeat(bytes) + "\"},\"finish_reason\":null}]}\n\n");
    }

    private static AnswerPlan bytes(AnswerPlan plan, UnaryOperator<String> change) {
        return plan.with(plan.steps().stream()
                .map(step -> step.with(Buffer.buffer(change.apply(step.data().toString()))))
                .toList());
    }

    private interface Cut {
        boolean before(Buffer data, int at);
    }

    private static boolean insideCharacters(Buffer data, int at) {
        return (data.getByte(at) & 0xc0) == 0x80;
    }

    private static boolean everywhere(Buffer data, int at) {
        return true;
    }

    private static AnswerPlan packets(AnswerPlan plan, Cut cut) {
        List<Step> steps = new ArrayList<>();
        for (Step step : plan.steps()) {
            int from = 0;
            for (int at = 1; at < step.data().length(); at++) {
                if (cut.before(step.data(), at)) {
                    steps.add(step.with(step.data().slice(from, at)));
                    from = at;
                }
            }
            steps.add(step.with(step.data().slice(from, step.data().length())));
        }
        return plan.with(steps);
    }

    private static AnswerPlan onePacket(AnswerPlan plan) {
        if (plan.steps().isEmpty()) {
            return plan;
        }
        Buffer all = Buffer.buffer();
        plan.steps().forEach(step -> all.appendBuffer(step.data()));
        return plan.with(List.of(new Step(plan.steps().getLast().dueNanos(), all)));
    }

    private static AnswerPlan wrongLength(AnswerPlan plan, int plus) {
        int length =
                plan.steps().stream().mapToInt(step -> step.data().length()).sum();
        return withHeader(plan, "content-length", Integer.toString(Math.max(0, length + plus)))
                .with(Ending.CUT);
    }
}
