package ai.doubleword.bench;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Right is: status 200 and a body that says something.
final class SaysCheck implements AnswerCheck {
    private final String text;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean right;

    /// @param text that must be in it
    SaysCheck(String text) {
        this.text = text;
    }

    @Override
    public void begin(int status, int request) {
        body.reset();
        right = status == 200;
    }

    @Override
    public void bytes(ByteBuf data, int index, int length) {
        byte[] part = new byte[length];
        data.getBytes(index, part);
        body.writeBytes(part);
    }

    @Override
    public boolean end() {
        return right && body.toString(StandardCharsets.UTF_8).contains(text);
    }
}
