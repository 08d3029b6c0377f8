package ai.doubleword.batch;

import ai.doubleword.gateway.Dialect;
import ai.doubleword.jsonl.LineEndpoint;
import java.util.List;
import java.util.Optional;

/// The endpoints that lines may name: the gateway's own, and those of beans.
/// Thread-safe.
final class Endpoints {
    private static final EndpointHandler CHAT = new Plain(Dialect.CHAT);
    private static final EndpointHandler COMPLETIONS = new Plain(Dialect.COMPLETIONS);
    private static final EndpointHandler EMBEDDINGS = new Plain(Dialect.EMBEDDINGS);

    private final Iterable<EndpointHandler> others;

    /// @param others than the gateway's own; asked for when one is looked for that is none of these
    Endpoints(Iterable<EndpointHandler> others) {
        this.others = others;
    }

    /// @param name path below `/v1/`
    Optional<EndpointHandler> find(String name) {
        for (EndpointHandler own : List.of(CHAT, COMPLETIONS, EMBEDDINGS)) {
            if (own.endpoint().equals(name)) {
                return Optional.of(own);
            }
        }
        for (EndpointHandler handler : others) {
            if (handler.endpoint().equals(name)) {
                return Optional.of(handler);
            }
        }
        return Optional.empty();
    }

    EndpointHandler of(LineEndpoint endpoint) {
        String name = dialect(endpoint).endpoint();
        return find(name).orElseThrow(() -> new IllegalStateException("nobody here runs requests of " + name));
    }

    private static Dialect dialect(LineEndpoint endpoint) {
        return switch (endpoint) {
            case CHAT -> Dialect.CHAT;
            case COMPLETIONS -> Dialect.COMPLETIONS;
            case EMBEDDINGS -> Dialect.EMBEDDINGS;
            case RESPONSES -> Dialect.RESPONSES;
        };
    }

    /// @param url of a line that was found right
    static Dialect dialect(String url) {
        return dialect(LineEndpoint.of(url)
                .orElseThrow(() -> new IllegalStateException("a file was accepted with the url " + url)));
    }

    /// The body goes to the model as it is, and its answer, made strict, is the result.
    private record Plain(Dialect dialect) implements EndpointHandler {
        @Override
        public String endpoint() {
            return dialect.endpoint();
        }

        @Override
        public Request request(long line, int attempt, byte[] body) {
            return new Request(body, null, (answer, used) -> new Result(StrictBody.of(answer), true));
        }
    }
}
