package ai.doubleword.batch;

import ai.doubleword.platform.Tier;
import java.util.Map;

/// A request that comes by itself and runs later.
///
/// @param id chosen by who submits it, such as by [ai.doubleword.platform.Ids]; unique over all accounts
/// @param endpoint the path below `/v1/`, of an [EndpointHandler]
/// @param model that it is for: checked at once, and what it is scheduled by
/// @param tier realtime runs as soon as it can, flex when there is room, background when nobody else wants it
/// @param body the request, a JSON object, as its handler takes it
/// @param maxOutput the most output tokens that it asks for; 0 if it does not say
/// @param metadata its submitter's notes, kept and given back; small
@SuppressWarnings("ArrayRecordComponent") // made once, then only read
public record SingleLine(
        long id, String endpoint, String model, Tier tier, byte[] body, int maxOutput, Map<String, String> metadata) {
    public SingleLine {
        metadata = Map.copyOf(metadata);
    }
}
