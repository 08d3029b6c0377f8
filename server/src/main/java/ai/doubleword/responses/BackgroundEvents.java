package ai.doubleword.responses;

import ai.doubleword.translation.ResponseReplay;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// What is told of a response that stands as it does: the same events under the same numbers, whoever asks and
/// whenever.
/// Of one that was streamed these are the events of the run that made its answer. Stateless.
final class BackgroundEvents {
    /// The number of the last event of one that was to be streamed and ended without an answer: after all that any run
    /// of it told, whether that is known any more or not.
    static final long LAST = Integer.MAX_VALUE;

    /// Told before any run: that it was created, and is queued.
    private static final int BEFORE_RUNS = 2;

    private BackgroundEvents() {}

    /// The number of the first event of a run.
    ///
    /// @param attempt counts the runs of a response, from 0
    static long first(int attempt) {
        return BEFORE_RUNS + Math.min((long) attempt * EventLog.NUMBERS, LAST - 2L * EventLog.NUMBERS);
    }

    /// The run that says an event of a number; less than 0 for what is told before any.
    static long run(long number) {
        return Math.floorDiv(number - BEFORE_RUNS, (long) EventLog.NUMBERS);
    }

    static List<ObjectNode> of(StoredResponse stored) {
        List<ObjectNode> plain = ResponseReplay.of(stored.response());
        EventLog log = stored.events();
        if (log != null) {
            List<ObjectNode> all = new ArrayList<>(plain.subList(0, BEFORE_RUNS));
            all.addAll(log.read().next(Integer.MAX_VALUE));
            all.add(plain.getLast().put("sequence_number", log.next()));
            return all;
        }
        String status = stored.response().path("status").asText();
        if (stored.request().background()
                && stored.request().stream()
                && (status.equals("failed") || status.equals("cancelled"))) {
            plain.getLast().put("sequence_number", LAST);
        }
        return plain;
    }
}
