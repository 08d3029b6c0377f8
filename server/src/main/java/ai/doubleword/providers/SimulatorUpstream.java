package ai.doubleword.providers;

import ai.doubleword.simulator.AnswerListener;
import ai.doubleword.simulator.SimulatedExchange;
import ai.doubleword.simulator.SimulatedModel;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatedRequest;
import ai.doubleword.simulator.SimulatorConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/// The simulator in this process: the demo model of the first minute. Event-loop code, as the simulator is.
final class SimulatorUpstream implements Upstream {
    /// The demo's name, which says that no model thinks behind it.
    static final String DEMO = "doubleword-demo";

    private final Vertx vertx;
    private final SimulatedModels models;

    SimulatorUpstream(Vertx vertx) {
        this.vertx = vertx;
        this.models = new SimulatedModels(
                new SimulatorConfig(42, List.of(SimulatedModel.of(DEMO, SimulatedModel.Kind.CHAT))));
    }

    @Override
    public Exchange send(Request request, Listener listener) {
        SimulatedExchange exchange = models.answer(
                vertx.getOrCreateContext(),
                new SimulatedRequest("POST", request.path(), Map.of(), request.body()),
                new Adapter(listener));
        return new Exchange() {
            @Override
            public void pause() {
                exchange.pause();
            }

            @Override
            public void resume() {
                exchange.resume();
            }

            @Override
            public void cancel() {
                exchange.cancel();
            }
        };
    }

    private record Adapter(Listener listener) implements AnswerListener {
        @Override
        public void head(int status, Map<String, String> headers) {
            listener.head(status, headers);
        }

        @Override
        public void chunk(Buffer data) {
            listener.chunk(data);
        }

        @Override
        public void end() {
            listener.end();
        }

        @Override
        public void cut() {
            listener.failed(new Failure(Failure.Kind.DISCONNECTED, "the simulator cut the connection"));
        }
    }
}
