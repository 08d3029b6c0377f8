package ai.doubleword.webhooks;

import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A delivery as the management API shows it.
///
/// @param event id of the event, which is also the `webhook-id`
/// @param state `waiting`, `delivered`, `failed` or `cancelled`
/// @param nextAttemptAt when it is sent next, while it waits
/// @param payload what is sent; in the detail only
/// @param log its attempts, the latest first; in the detail only
record DeliveryView(
        String event,
        String type,
        String state,
        int attempts,
        Instant createdAt,
        @Nullable Instant nextAttemptAt,
        @Nullable AttemptView last,
        @JsonRawValue @Nullable String payload,
        @Nullable List<AttemptView> log) {
    /// One time that it was sent.
    ///
    /// @param status of the answer; absent where none came
    /// @param answer the first bytes of the answer
    /// @param problem what was wrong; absent if nothing
    record AttemptView(
            int number,
            Instant at,
            int latencyMs,
            @Nullable Integer status,
            String answer,
            @Nullable String problem) {
        static AttemptView of(Delivery.Attempt attempt) {
            return new AttemptView(
                    attempt.no(),
                    attempt.at(),
                    attempt.millis(),
                    attempt.status().isPresent() ? (Integer) attempt.status().getAsInt() : null,
                    attempt.answer(),
                    attempt.arrived() ? null : attempt.problem());
        }
    }

    static DeliveryView of(Delivery delivery) {
        return of(delivery, null, null);
    }

    static DeliveryView of(Webhooks.Detail detail) {
        return of(
                detail.delivery(),
                detail.delivery().body(),
                detail.attempts().stream().map(AttemptView::of).toList());
    }

    private static DeliveryView of(Delivery delivery, @Nullable String payload, @Nullable List<AttemptView> log) {
        return new DeliveryView(
                Ids.format(Delivery.EVENT, delivery.event()),
                delivery.type(),
                delivery.state().wire(),
                delivery.attempts(),
                delivery.created(),
                delivery.state() == Delivery.State.WAITING ? delivery.due() : null,
                delivery.last().map(AttemptView::of).orElse(null),
                payload,
                log);
    }
}
