package ai.doubleword.gateway;

import java.time.Duration;

/// Room for calls that are bought in the flex tier: they wait, with their connection held, until the scheduler has
/// capacity for them that nobody has a better claim to. Thread-safe; never blocks.
public interface FlexRoom {
    /// Asks for room.
    ///
    /// @param tokens estimate of what it will take, for the account's fair share
    /// @param granted is run once, when there is room, on any thread; must return at once
    Place ask(long account, String model, long tokens, Runnable granted);

    /// A call that waits for room or has it. Its first method ends that; later ones do nothing.
    interface Place {
        /// It was answered; the room is free.
        ///
        /// @param tokens that it took
        void answered(long tokens);

        /// It ended in another way, or is not wanted any more, maybe before there was room.
        void left();

        /// The provider had no room after all.
        ///
        /// @param wait how long it asked to be left alone, zero if it did not
        void overloaded(Duration wait);
    }
}
