package ai.doubleword.keys;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A program on a device that asks to be let in.
///
/// @param device what the device calls itself
/// @param address where it asked from
/// @param pause to wait between two questions
/// @param polled when it asked last; null for never
/// @param approved what the user said; null while undecided
/// @param user who said it; 0 while undecided
/// @param account in which the keys shall be; 0 while undecided, and where the answer was no
/// @param collected whether the keys were handed out
public record DeviceLogin(
        long id,
        String device,
        String address,
        Duration pause,
        @Nullable Instant polled,
        @Nullable Boolean approved,
        long user,
        long account,
        boolean collected,
        Instant created,
        Instant expires) {}
