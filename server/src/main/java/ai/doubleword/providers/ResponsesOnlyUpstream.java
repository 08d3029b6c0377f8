package ai.doubleword.providers;

import ai.doubleword.platform.Problem;
import ai.doubleword.translation.ChatCall;
import ai.doubleword.translation.ChatStream;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A provider that serves the Responses API alone, asked in chat completions: requests are translated on their way
/// there, answers and events on their way back, so that nobody behind needs to know. Requests to other paths pass.
/// Event-loop code, as the upstream behind it is.
final class ResponsesOnlyUpstream implements Upstream {
    private static final String CHAT = "/chat/completions";
    private static final String RESPONSES = "/responses";
    private static final int LARGEST_ANSWER = 64 << 20;

    private final Upstream behind;
    private final Vertx vertx;

    ResponsesOnlyUpstream(Upstream behind, Vertx vertx) {
        this.behind = behind;
        this.vertx = vertx;
    }

    @Override
    public Exchange send(Request request, Listener listener) {
        if (!request.path().equals(CHAT)) {
            return behind.send(request, listener);
        }
        return switch (ChatCall.toResponses(request.body().getBytes())) {
            case ChatCall.Translation.Good(byte[] body) -> {
                Answer answer = new Answer(listener, request.stream());
                Exchange exchange = behind.send(
                        new Request(RESPONSES, Buffer.buffer(body), request.traceparent(), request.stream()), answer);
                answer.exchange = exchange;
                yield exchange;
            }
            case ChatCall.Translation.Refused(Problem problem) ->
                new Refused(vertx.getOrCreateContext(), problem, listener);
        };
    }

    @Override
    public String withoutSecrets(String text) {
        return behind.withoutSecrets(text);
    }

    /// A request that is not sent.
    private static final class Refused implements Exchange {
        private boolean cancelled;

        Refused(Context context, Problem problem, Listener listener) {
            context.runOnContext(nothing -> {
                if (!cancelled) {
                    listener.refused(problem);
                }
            });
        }

        @Override
        public void pause() {
            // Nothing comes.
        }

        @Override
        public void resume() {
            // Nothing was held back.
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /// One answer on its way back.
    private static final class Answer implements Listener {
        private final Listener listener;
        private final boolean stream;
        private @Nullable Exchange exchange;
        private @Nullable EventLines events;
        private final Buffer body = Buffer.buffer();
        private Buffer out = Buffer.buffer();
        private int status;
        private boolean over;

        Answer(Listener listener, boolean stream) {
            this.listener = listener;
            this.stream = stream;
        }

        @Override
        public void head(int answered, Map<String, String> headers) {
            status = answered;
            String type = headers.getOrDefault("content-type", "");
            if (status == 200 && stream && type.startsWith("text/event-stream")) {
                ChatStream chunks = new ChatStream(this::write);
                events = new EventLines(data -> event(chunks, data));
            }
            Map<String, String> passed = new HashMap<>(headers);
            passed.remove("content-length");
            listener.head(answered, passed);
        }

        @Override
        public void chunk(Buffer data) {
            if (over) {
                return;
            }
            EventLines reading = events;
            if (reading != null) {
                read(reading, data);
            } else if (status != 200) {
                listener.chunk(data);
            } else if (body.length() + (long) data.length() > LARGEST_ANSWER) {
                broken("an answer of more than " + LARGEST_ANSWER + " bytes");
            } else {
                body.appendBuffer(data);
            }
        }

        private void read(EventLines reading, Buffer data) {
            try {
                if (!reading.read(data.getBytes())) {
                    broken("an event of more than " + EventLines.MAX_EVENT + " bytes");
                }
            } catch (IllegalArgumentException e) {
                // What was whole before it goes on first.
                flush();
                broken("an event that is " + e.getMessage());
            }
            flush();
        }

        private void event(ChatStream chunks, byte[] data) {
            if (data.length > 0 && data[0] == '{') {
                boolean before = chunks.ended();
                chunks.event(data);
                if (!before && chunks.ended()) {
                    out.appendString("data: [DONE]\n\n");
                }
            }
        }

        private void write(byte[] chunk) {
            out.appendString("data: ").appendBytes(chunk).appendString("\n\n");
        }

        private void flush() {
            if (!over && out.length() > 0) {
                Buffer ready = out;
                out = Buffer.buffer();
                listener.chunk(ready);
            }
        }

        private void broken(String what) {
            if (!over) {
                over = true;
                if (exchange != null) {
                    exchange.cancel();
                }
                listener.failed(new Failure(Failure.Kind.PROTOCOL, what));
            }
        }

        @Override
        public void end() {
            if (over) {
                return;
            }
            if (status == 200 && events == null && body.length() > 0) {
                try {
                    listener.chunk(Buffer.buffer(ChatCall.completion(body.getBytes())));
                } catch (IllegalArgumentException e) {
                    broken("an answer that is " + e.getMessage());
                    return;
                }
            }
            over = true;
            listener.end();
        }

        @Override
        public void failed(Failure failure) {
            if (!over) {
                over = true;
                listener.failed(failure);
            }
        }
    }
}
