package ai.doubleword.batch;

import ai.doubleword.gateway.Dialect;
import ai.doubleword.jsonl.LineEndpoint;
import java.util.Optional;

/// The endpoints that lines may name. Those of files are the gateway's own; for single lines others may be added.
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
        for (LineEndpoint own : LineEndpoint.values()) {
            if (of(own).endpoint().equals(name)) {
                return Optional.of(of(own));
            }
        }
        for (EndpointHandler handler : others) {
            if (handler.endpoint().equals(name)) {
                return Optional.of(handler);
            }
        }
        return Optional.empty();
    }

    static EndpointHandler of(LineEndpoint endpoint) {
        return switch (endpoint) {
            case CHAT -> CHAT;
            case COMPLETIONS -> COMPLETIONS;
            case EMBEDDINGS -> EMBEDDINGS;
        };
    }

    /// @param url of a line that was found right
    static Dialect dialect(String url) {
        return of(LineEndpoint.of(url)
                        .orElseThrow(() -> new IllegalStateException("a file was accepted with the url " + url)))
                .dialect();
    }

    /// The body goes to the model as it is, and its answer, made strict, is the result.
    private record Plain(Dialect dialect) implements EndpointHandler {
        @Override
        public String endpoint() {
            return dialect.endpoint();
        }

        @Override
        public Request request(long line, byte[] body) {
            return new Request(body, StrictBody::of);
        }
    }
}
