package ai.doubleword.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.bench.LoadGenerator.Load;
import ai.doubleword.bench.LoadGenerator.Result;
import ai.doubleword.simulator.InstantServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LoadGeneratorTest {
    private final EventLoopGroup group = new EpollEventLoopGroup(1);

    @AfterEach
    void close() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static Load load(int port, double rate, Supplier<AnswerCheck> checks) {
        return new Load(
                port,
                4,
                rate,
                List.of(Bodies.head("key-a"), Bodies.head("key-b")),
                List.of(Bodies.rest(InstantServer.MODEL, 1024, false)),
                checks);
    }

    private Result run(Load load) {
        return new LoadGenerator(group.next(), load).run(0.1, 0.5, () -> {});
    }

    @Test
    void everyAnswerIsComparedByteByByte() {
        try (InstantServer server = new InstantServer(group, EpollServerSocketChannel.class, 0)) {
            ByteBuf[] right = WholeBody.expectations(List.of(InstantServer.body(InstantServer.MODEL)));
            Result result = run(load(server.port(), 0, () -> new WholeBody(right)));
            assertThat(result.answered()).isPositive();
            assertThat(result.wrong() + result.lost()).isZero();
            assertThat(server.answered()).isEqualTo(result.total());

            ByteBuf[] other = WholeBody.expectations(List.of(InstantServer.body("sim-instanT")));
            Result wrong = run(load(server.port(), 0, () -> new WholeBody(other)));
            assertThat(wrong.wrong()).isEqualTo(wrong.total());
        }
    }

    @Test
    void anOpenLoopAsksAtItsRate() {
        try (InstantServer server = new InstantServer(group, EpollServerSocketChannel.class, 0)) {
            ByteBuf[] right = WholeBody.expectations(List.of(InstantServer.body(InstantServer.MODEL)));
            Result result = run(load(server.port(), 200, () -> new WholeBody(right)));
            assertThat(result.answered()).isBetween(90L, 110L);
        }
    }
}
