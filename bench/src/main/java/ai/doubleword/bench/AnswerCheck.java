package ai.doubleword.bench;

import io.netty.buffer.ByteBuf;

/// Looks at every byte of an answer's body, in order. One per connection, reused for each of its answers.
interface AnswerCheck {
    /// @param request which of the generator's bodies was sent
    void begin(int status, int request);

    void bytes(ByteBuf data, int index, int length);

    /// @return whether the answer was right
    boolean end();
}
