package ai.doubleword.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/// Sends requests over a number of connections from one event loop and times every answer.
///
/// Closed (`rate` 0): each connection asks again as soon as it is answered. Open: requests are due at a constant rate,
/// whether or not earlier ones are answered; where all connections are busy they wait, and that wait counts, so that
/// a server that stalls cannot hide it (coordinated omission).
// Netty tells of a failed write by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class LoadGenerator implements Connection.Owner {
    private static final long TICK_NANOS = 200_000;

    /// @param rate per second; 0: closed
    /// @param heads of requests, one per key; they take turns
    /// @param bodies of requests, one per model; they take turns too
    /// @param checks one per connection
    record Load(
            int port,
            int connections,
            double rate,
            List<byte[]> heads,
            List<byte[]> bodies,
            Supplier<AnswerCheck> checks) {}

    /// @param answered while it counted
    /// @param total settling and end included
    /// @param latency from when a request was due to the last byte of its answer
    record Result(long answered, long total, long wrong, long lost, double seconds, Histogram latency) {}

    private final EventLoop loop;
    private final Load load;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final Histogram latency = Latencies.histogram();
    private long startNanos;
    private long endNanos;
    private long measureFrom;
    private long answered;
    private long total;
    private long wrong;
    private long lost;
    private long due;
    private int nextHead;
    private int nextBody;
    private int underWay;
    private boolean stopping;

    LoadGenerator(EventLoop loop, Load load) {
        this.loop = loop;
        this.load = load;
    }

    /// Runs and waits for the end.
    ///
    /// @param settleSeconds at the beginning, not counted; connections open one after the other within it
    /// @param counting runs on the loop as counting begins
    Result run(double settleSeconds, double seconds, Runnable counting) {
        startNanos = System.nanoTime();
        measureFrom = startNanos + (long) (settleSeconds * 1e9);
        endNanos = measureFrom + (long) (seconds * 1e9);
        loop.execute(() -> {
            long spread = (long) (Math.min(1, settleSeconds) * 1e9);
            for (int i = 0; i < load.connections(); i++) {
                loop.schedule(this::connect, spread * i / load.connections(), TimeUnit.NANOSECONDS);
            }
            loop.schedule(counting, measureFrom - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (load.rate() > 0) {
                tick();
            }
            loop.schedule(this::stop, endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        });
        return result.join();
    }

    private void connect() {
        new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new Connection(
                                        LoadGenerator.this, load.checks().get()));
                    }
                })
                .connect("127.0.0.1", load.port())
                .addListener(opened -> {
                    if (!opened.isSuccess() && !stopping) {
                        lost++;
                        loop.schedule(this::connect, 100, TimeUnit.MILLISECONDS);
                    }
                });
    }

    @Override
    public void opened(Connection connection) {
        if (stopping) {
            connection.close();
        } else if (load.rate() > 0) {
            idle.add(connection);
        } else {
            send(connection, System.nanoTime());
        }
    }

    private void send(Connection connection, long dueNanos) {
        connection.dueNanos = dueNanos;
        connection.request = nextBody;
        byte[] head = load.heads().get(nextHead);
        byte[] body = load.bodies().get(nextBody);
        nextHead = nextHead + 1 == load.heads().size() ? 0 : nextHead + 1;
        nextBody = nextBody + 1 == load.bodies().size() ? 0 : nextBody + 1;
        underWay++;
        connection.send(PooledByteBufAllocator.DEFAULT
                .directBuffer(head.length + body.length)
                .writeBytes(head)
                .writeBytes(body));
    }

    /// Open only: sends what is due. `due` counts requests since the start, so a late tick loses none.
    private void tick() {
        long now = System.nanoTime();
        double period = 1e9 / load.rate();
        while (startNanos + (long) (due * period) <= now && !idle.isEmpty()) {
            send(idle.poll(), startNanos + (long) (due++ * period));
        }
        if (!stopping) {
            loop.schedule(this::tick, TICK_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void answered(Connection connection, boolean right) {
        long now = System.nanoTime();
        underWay--;
        total++;
        if (now >= measureFrom && now < endNanos) {
            answered++;
            Latencies.record(latency, now - connection.dueNanos);
        }
        if (!right) {
            wrong++;
        }
        if (stopping) {
            finishWhenQuiet();
        } else if (load.rate() > 0) {
            idle.add(connection);
            tickNow(now);
        } else {
            send(connection, now);
        }
    }

    private void tickNow(long now) {
        double period = 1e9 / load.rate();
        if (startNanos + (long) (due * period) <= now) {
            send(idle.poll(), startNanos + (long) (due++ * period));
        }
    }

    @Override
    public void lost(Connection connection, boolean answerUnderWay) {
        idle.remove(connection);
        if (answerUnderWay) {
            underWay--;
        }
        if (!stopping) {
            lost++;
            connect();
        } else {
            finishWhenQuiet();
        }
    }

    /// No new requests; those under way are waited for, as cutting them would hide the slowest.
    private void stop() {
        stopping = true;
        finishWhenQuiet();
        loop.schedule(this::finish, 30, TimeUnit.SECONDS);
    }

    private void finishWhenQuiet() {
        if (underWay == 0) {
            finish();
        }
    }

    private void finish() {
        if (!result.isDone()) {
            lost += underWay;
            result.complete(new Result(answered, total, wrong, lost, (endNanos - measureFrom) / 1e9, latency));
        }
    }
}
