package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/// One request as the answer makers see it: deterministic but for `created` and what the prefix cache knows.
///
/// @param model who answers
/// @param publicName what the request called the model, faults and all; answers carry it
/// @param request the body
/// @param faults what goes wrong
/// @param seed decides every word
/// @param pacing decides every delay
/// @param created epoch seconds
/// @param cache shared by all requests
record Work(
        SimulatedModel model,
        String publicName,
        ObjectNode request,
        List<Fault> faults,
        long seed,
        Random pacing,
        long created,
        PrefixCache cache) {
    boolean streamed() {
        return request.path("stream").asBoolean(false);
    }

    boolean usageInStream() {
        return request.path("stream_options").path("include_usage").asBoolean(false) && !withoutUsage();
    }

    boolean withoutUsage() {
        return Fault.has(faults, Fault.Kind.NO_USAGE);
    }

    String id(String prefix) {
        return prefix + String.format("%016x%016x", seed, Seeds.mix(seed));
    }
}
