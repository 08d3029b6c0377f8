package ai.doubleword.bench;

import ai.doubleword.simulator.Distribution;
import ai.doubleword.simulator.InstantServer;
import ai.doubleword.simulator.SimulatedModel;
import ai.doubleword.simulator.SimulatedModel.Kind;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// The model server behind everything measured, in this process: the instant one on the load generator's own loop
/// where nothing has to wait, the paced one otherwise.
///
/// @param received requests so far
/// @param active of these that are not answered yet; 0 for the instant one
/// @param forget has it forget what it remembers of prompts
record Upstream(int port, String model, LongSupplier received, LongSupplier active, Runnable forget, Runnable stop)
        implements AutoCloseable {
    static Upstream start(Scenario scenario, EventLoopGroup group) {
        if (scenario.kind() != Scenario.Kind.STREAM && scenario.upstreamDelayMillis() == 0) {
            InstantServer server = new InstantServer(group, EpollServerSocketChannel.class, 0);
            return new Upstream(server.port(), InstantServer.MODEL, server::answered, () -> 0, () -> {}, server::close);
        }
        Distribution delay = Distribution.constant(Duration.ofMillis(scenario.upstreamDelayMillis()));
        Distribution between = Distribution.constant(Duration.ofMillis(scenario.eventMillis()));
        boolean stream = scenario.kind() == Scenario.Kind.STREAM;
        String name = stream ? "sim-stamped" : InstantServer.MODEL;
        Kind kind = stream ? Kind.STAMPED : scenario.kind() == Scenario.Kind.BATCH_PREFIX ? Kind.CHAT : Kind.INSTANT;
        SimulatedModel model = SimulatedModel.of(name, kind)
                .paced(delay, between)
                .limited(scenario.places(), scenario.queue())
                .tokens(Math.max(1, scenario.events()));
        SimulatedModels models =
                new SimulatedModels(new SimulatorConfig(42, List.of(model), scenario.prefixCacheTokens()));
        SimulatorServer server = SimulatorServer.start(models, "127.0.0.1", 0, 1);
        return new Upstream(
                server.port(),
                name,
                () -> models.counts().received(),
                () -> models.counts().active(),
                models::reset,
                server::close);
    }

    @Override
    public void close() {
        stop.run();
    }
}
