package ai.doubleword.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection that sends ready-made requests one after the other and reads just enough of the answers:
/// status, length or chunks, and every byte of the body through an [AnswerCheck]. Confined to its event loop.
// Netty tells of a failed write by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends ChannelInboundHandlerAdapter {
    /// Hears of each answer.
    interface Owner {
        /// @param right whether status and body were as expected
        void answered(Connection connection, boolean right);

        /// The connection is gone; an answer may have been under way.
        void lost(Connection connection, boolean underWay);

        void opened(Connection connection);
    }

    private enum State {
        LINE,
        HEADERS,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER
    }

    private static final int MAX_LINE = 16 * 1024;

    private final Owner owner;
    private final AnswerCheck check;
    private final byte[] line = new byte[MAX_LINE];
    private int lineLength;
    private State state = State.LINE;
    private int status;
    private long left;
    private boolean chunked;
    private boolean underWay;
    private @Nullable ChannelHandlerContext channel;

    /// When the answer under way should have been asked for; the generator's.
    long dueNanos;

    /// Which of the generator's bodies was sent; the generator's.
    int request;

    Connection(Owner owner, AnswerCheck check) {
        this.owner = owner;
        this.check = check;
    }

    void send(ByteBuf bytes) {
        if (channel != null) {
            underWay = true;
            channel.writeAndFlush(bytes, channel.voidPromise());
        }
    }

    void close() {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context;
        owner.opened(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        channel = null;
        owner.lost(this, underWay);
        underWay = false;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            int at = data.readerIndex();
            int end = data.writerIndex();
            while (at < end) {
                at = switch (state) {
                    case BODY, CHUNK -> body(data, at, end);
                    case LINE, HEADERS, CHUNK_SIZE, CHUNK_END, TRAILER -> line(data, at, end);
                };
            }
        } finally {
            data.release();
        }
    }

    private int body(ByteBuf data, int at, int end) {
        int length = (int) Math.min(left, end - at);
        check.bytes(data, at, length);
        left -= length;
        if (left == 0) {
            if (state == State.BODY) {
                finish();
            } else {
                state = State.CHUNK_END;
            }
        }
        return at + length;
    }

    private int line(ByteBuf data, int at, int end) {
        int newline = data.indexOf(at, end, (byte) '\n');
        int stop = newline < 0 ? end : newline;
        int length = Math.min(stop - at, MAX_LINE - lineLength);
        data.getBytes(at, line, lineLength, length);
        lineLength += length;
        if (newline < 0) {
            return end;
        }
        if (lineLength > 0 && line[lineLength - 1] == '\r') {
            lineLength--;
        }
        lineDone();
        lineLength = 0;
        return newline + 1;
    }

    private void lineDone() {
        switch (state) {
            case LINE -> {
                status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
                left = 0;
                chunked = false;
                state = State.HEADERS;
            }
            case HEADERS -> {
                if (lineLength > 0) {
                    header();
                } else {
                    check.begin(status, request);
                    state = chunked ? State.CHUNK_SIZE : State.BODY;
                    if (!chunked && left == 0) {
                        finish();
                    }
                }
            }
            case CHUNK_SIZE -> {
                left = hex();
                state = left == 0 ? State.TRAILER : State.CHUNK;
            }
            case CHUNK_END -> state = State.CHUNK_SIZE;
            case TRAILER -> {
                if (lineLength == 0) {
                    finish();
                }
            }
            case BODY, CHUNK -> throw new IllegalStateException("no line expected");
        }
    }

    private void header() {
        if (startsWith("content-length:")) {
            left = 0;
            for (int i = "content-length:".length(); i < lineLength; i++) {
                if (line[i] >= '0' && line[i] <= '9') {
                    left = left * 10 + line[i] - '0';
                }
            }
        } else if (startsWith("transfer-encoding:")) {
            chunked = true;
        }
    }

    private boolean startsWith(String name) {
        if (lineLength < name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if ((line[i] | 0x20) != (name.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private long hex() {
        long value = 0;
        for (int i = 0; i < lineLength; i++) {
            int digit = Character.digit(line[i], 16);
            if (digit < 0) {
                break;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private void finish() {
        state = State.LINE;
        underWay = false;
        owner.answered(this, check.end());
    }
}
