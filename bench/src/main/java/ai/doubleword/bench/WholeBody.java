package ai.doubleword.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Right is: status 200 and exactly the expected bytes.
final class WholeBody implements AnswerCheck {
    private final ByteBuf[] expectations;
    private ByteBuf expected = Unpooled.EMPTY_BUFFER;
    private int at;
    private boolean right;

    /// @param expectations one for each of the generator's bodies
    WholeBody(ByteBuf[] expectations) {
        this.expectations = expectations;
    }

    static ByteBuf[] expectations(List<String> bodies) {
        return bodies.stream()
                .map(body -> Unpooled.unreleasableBuffer(Unpooled.directBuffer(body.length())
                        .writeBytes(body.getBytes(StandardCharsets.UTF_8))
                        .asReadOnly()))
                .toArray(ByteBuf[]::new);
    }

    @Override
    public void begin(int status, int request) {
        expected = expectations[request];
        at = 0;
        right = status == 200;
    }

    @Override
    public void bytes(ByteBuf data, int index, int length) {
        right = right && at + length <= expected.writerIndex() && ByteBufUtil.equals(expected, at, data, index, length);
        at += length;
    }

    @Override
    public boolean end() {
        return right && at == expected.writerIndex();
    }
}
