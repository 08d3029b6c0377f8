package ai.doubleword.simulator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/// The floor of a model server, for benchmarks: every POST gets the same chat completion of about 1 KB at once, every
/// GET a list with the one model `sim-instant`. It reads HTTP/1.1 only as far as it must (the end of the head, and
/// Content-Length, which a request with a body needs), so that it costs less than whatever is measured in front of it.
public final class InstantServer implements AutoCloseable {
    /// The only model, and the name in every answer.
    public static final String MODEL = "sim-instant";

    private static final String MODELS =
            "{\"object\":\"list\",\"data\":[{\"id\":\"sim-instant\",\"object\":\"model\",\"created\":1767225600,"
                    + "\"owned_by\":\"simulator\",\"type\":\"chat\"}]}";

    private final Channel channel;
    private final LongAdder answered = new LongAdder();

    /// @param group its loops; stays the caller's
    /// @param type the server channel that fits the group
    /// @param port 0 for a free one
    public InstantServer(EventLoopGroup group, Class<? extends ServerChannel> type, int port) {
        ByteBuf chat = response(body(MODEL));
        ByteBuf models = response(MODELS);
        channel = new ServerBootstrap()
                .group(group)
                .channel(type)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline().addLast(new Answering(chat, models, answered));
                    }
                })
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    /// The body of every chat answer, were its model called so.
    public static String body(String model) {
        return PreparedAnswers.body(model);
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /// Requests answered so far.
    public long answered() {
        return answered.sum();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    private static ByteBuf response(String body) {
        String head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n";
        byte[] bytes = (head + body).getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }

    // Netty tells of a failed write by closing the channel.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static final class Answering extends ChannelInboundHandlerAdapter {
        private static final ByteBuf END = ascii("\r\n\r\n");
        private static final ByteBuf LENGTH = ascii("ontent-");

        private final ByteBuf chat;
        private final ByteBuf models;
        private final LongAdder answered;
        private ByteBuf pending = Unpooled.EMPTY_BUFFER;

        Answering(ByteBuf chat, ByteBuf models, LongAdder answered) {
            this.chat = chat;
            this.models = models;
            this.answered = answered;
        }

        private static ByteBuf ascii(String text) {
            return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf data = (ByteBuf) message;
            if (pending.isReadable()) {
                data = Unpooled.wrappedBuffer(pending, data);
                pending = Unpooled.EMPTY_BUFFER;
            }
            int length = requestLength(data);
            while (length > 0) {
                ByteBuf answer = data.getByte(data.readerIndex()) == 'P' ? chat : models;
                context.write(answer.duplicate(), context.voidPromise());
                answered.increment();
                data.skipBytes(length);
                length = requestLength(data);
            }
            if (data.isReadable()) {
                pending = data;
            } else {
                data.release();
            }
        }

        /// Of the first request in the buffer, or 0 while it is not whole.
        private static int requestLength(ByteBuf data) {
            if (!data.isReadable()) {
                return 0;
            }
            int end = ByteBufUtil.indexOf(END, data);
            if (end < 0) {
                return 0;
            }
            int headEnd = end + END.readableBytes();
            int total = headEnd - data.readerIndex() + contentLength(data, headEnd);
            return data.readableBytes() >= total ? total : 0;
        }

        private static int contentLength(ByteBuf data, int headEnd) {
            ByteBuf head = data.slice(data.readerIndex(), headEnd - data.readerIndex());
            int from = 0;
            while (true) {
                ByteBuf rest = head.slice(from, head.readableBytes() - from);
                int at = ByteBufUtil.indexOf(LENGTH, rest);
                if (at < 0) {
                    return 0;
                }
                int name = from + at + LENGTH.readableBytes();
                // "Content-Length" and "content-length", not "Content-Type".
                if ((head.getByte(name) | 0x20) == 'l') {
                    return number(head, name + "length:".length());
                }
                from = name;
            }
        }

        private static int number(ByteBuf head, int start) {
            int at = start;
            while (head.getByte(at) == ' ') {
                at++;
            }
            int number = 0;
            while (head.getByte(at) >= '0' && head.getByte(at) <= '9') {
                number = number * 10 + head.getByte(at++) - '0';
            }
            return number;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            pending.release();
            pending = Unpooled.EMPTY_BUFFER;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
