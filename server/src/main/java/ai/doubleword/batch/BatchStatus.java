package ai.doubleword.batch;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// Where a batch stands. The names are OpenAI's; the order is part of the database: append only.
enum BatchStatus {
    VALIDATING,
    IN_PROGRESS,
    /// Its window has ended: what was not done is being written to its error file.
    FINALIZING,
    COMPLETED,
    FAILED,
    EXPIRED,
    /// No line is begun any more; those under way end.
    CANCELLING,
    CANCELLED;

    /// The value on the wire: the name in lower case.
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether no line will be added to its files any more, unless somebody asks for a retry.
    boolean ended() {
        return switch (this) {
            case COMPLETED, FAILED, EXPIRED, CANCELLED -> true;
            case VALIDATING, IN_PROGRESS, FINALIZING, CANCELLING -> false;
        };
    }

    /// Whether lines may be begun.
    boolean runs() {
        return this == IN_PROGRESS;
    }

    /// What may come next.
    Set<BatchStatus> next() {
        return switch (this) {
            case VALIDATING -> EnumSet.of(IN_PROGRESS, FAILED, CANCELLED);
            case IN_PROGRESS -> EnumSet.of(COMPLETED, FINALIZING, CANCELLING, CANCELLED);
            // What was under way may have been the rest.
            case FINALIZING -> EnumSet.of(EXPIRED, COMPLETED);
            case CANCELLING -> EnumSet.of(CANCELLED, COMPLETED);
            case COMPLETED, EXPIRED, CANCELLED -> EnumSet.of(IN_PROGRESS);
            case FAILED -> EnumSet.noneOf(BatchStatus.class);
        };
    }
}
