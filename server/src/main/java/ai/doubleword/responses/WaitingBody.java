package ai.doubleword.responses;

import ai.doubleword.batch.SingleState;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What those who wait for one response are told again and again: it is written once, until it reads otherwise.
/// Thread-safe.
final class WaitingBody {
    private volatile @Nullable Written last;

    @SuppressWarnings("ArrayRecordComponent") // made once, then only sent
    private record Written(SingleState state, byte[] json) {}

    /// The JSON of a state.
    ///
    /// @param response of that state; asked for only where it was not the last one
    byte[] of(SingleState state, Supplier<ObjectNode> response) {
        Written known = last;
        if (known == null || !known.state().equals(state)) {
            known = new Written(state, StoredResponses.json(response.get()));
            last = known;
        }
        return known.json();
    }
}
