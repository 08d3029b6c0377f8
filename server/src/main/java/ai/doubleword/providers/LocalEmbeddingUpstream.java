package ai.doubleword.providers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// all-MiniLM-L6-v2 in this process: real embeddings without a download or a GPU.
///
/// The model takes 370 MB and both cores of a small machine, so it is loaded by the first request, and works for one
/// caller at a time on a thread of its own, never on an event loop; up to [#WAITING] more wait, others get 503. Texts
/// longer than the model's 256 or so words are cut into pieces whose vectors are averaged.
final class LocalEmbeddingUpstream implements Upstream {
    /// The model's name.
    static final String MODEL = "all-minilm-l6-v2";

    static final int DIMENSIONS = 384;
    private static final int WAITING = 256;
    /// Texts embedded before the next look whether the caller is still there.
    private static final int STEP = 16;

    private static final Logger LOG = Logger.getLogger(LocalEmbeddingUpstream.class);
    private static final JsonFactory JSON = new JsonFactory();

    private final Vertx vertx;
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(WAITING),
            task -> Thread.ofPlatform().daemon().name("local-embedding").unstarted(task));
    private @Nullable EmbeddingModel model;

    LocalEmbeddingUpstream(Vertx vertx) {
        this.vertx = vertx;
        worker.allowCoreThreadTimeOut(true);
    }

    @Override
    public Exchange send(Request request, Listener listener) {
        Job job = new Job(vertx.getOrCreateContext(), request, listener);
        try {
            worker.execute(job);
        } catch (RejectedExecutionException e) {
            job.answer(503, error("server_error", "no_capacity", "", "The local model has too many requests waiting."));
        }
        return job;
    }

    /// On the worker thread only.
    private EmbeddingModel model() {
        EmbeddingModel loaded = model;
        if (loaded == null) {
            loaded = new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
            model = loaded;
        }
        return loaded;
    }

    private final class Job implements Exchange, Runnable {
        private final Context context;
        private final Request request;
        private final Listener listener;
        private boolean paused;
        private @Nullable Runnable held;
        private volatile boolean over;

        Job(Context context, Request request, Listener listener) {
            this.context = context;
            this.request = request;
            this.listener = listener;
        }

        @Override
        public void run() {
            if (over) {
                return;
            }
            try {
                if (request.path().equals("/embeddings")) {
                    embed(EmbeddingRequest.parse(request.body(), DIMENSIONS));
                } else {
                    answer(404, error("invalid_request_error", "not_found", "", "This model serves embeddings only."));
                }
            } catch (EmbeddingRequest.InvalidException e) {
                answer(400, error("invalid_request_error", "invalid_value", e.param(), String.valueOf(e.getMessage())));
            } catch (RuntimeException | LinkageError e) {
                // Its native libraries unpack into the home folder and may not load there; the call is answered all
                // the same.
                LOG.error("The local embedding model failed", e);
                answer(500, error("server_error", "internal_error", "", "The local embedding model failed."));
            }
        }

        private void embed(EmbeddingRequest wanted) {
            float[][] vectors = new float[wanted.texts().size()][];
            int tokens = 0;
            for (int from = 0; from < vectors.length && !over; from += STEP) {
                List<TextSegment> step = wanted.texts().subList(from, Math.min(vectors.length, from + STEP)).stream()
                        .map(TextSegment::from)
                        .toList();
                Response<List<Embedding>> response = model().embedAll(step);
                for (int i = 0; i < step.size(); i++) {
                    vectors[from + i] = shorten(response.content().get(i).vector(), wanted.dimensions());
                }
                tokens += response.tokenUsage() == null
                        ? 0
                        : response.tokenUsage().inputTokenCount();
            }
            if (!over) {
                answer(200, write(wanted, vectors, tokens));
            }
        }

        /// Tells the listener on its context, once it is not paused.
        private void answer(int status, Buffer body) {
            Runnable telling = () -> {
                listener.head(
                        status,
                        Map.of("content-type", "application/json", "content-length", Integer.toString(body.length())));
                if (!over) {
                    listener.chunk(body);
                }
                if (!over) {
                    over = true;
                    listener.end();
                }
            };
            context.runOnContext(back -> {
                if (paused) {
                    held = telling;
                } else if (!over) {
                    telling.run();
                }
            });
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
            Runnable telling = held;
            held = null;
            if (telling != null && !over) {
                telling.run();
            }
        }

        @Override
        public void cancel() {
            over = true;
        }
    }

    /// The first components, at length 1 again.
    private static float[] shorten(float[] vector, int dimensions) {
        if (dimensions == vector.length) {
            return vector;
        }
        float[] head = java.util.Arrays.copyOf(vector, dimensions);
        double square = 0;
        for (float component : head) {
            square += (double) component * component;
        }
        double length = Math.sqrt(square);
        for (int i = 0; length > 0 && i < dimensions; i++) {
            head[i] = (float) (head[i] / length);
        }
        return head;
    }

    private static Buffer write(EmbeddingRequest wanted, float[][] vectors, int tokens) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(vectors.length * wanted.dimensions() * 10 + 256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (int i = 0; i < vectors.length; i++) {
                json.writeStartObject();
                json.writeStringField("object", "embedding");
                json.writeNumberField("index", i);
                json.writeFieldName("embedding");
                writeVector(json, vectors[i], wanted.base64());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("model", wanted.model());
            json.writeObjectFieldStart("usage");
            json.writeNumberField("prompt_tokens", tokens);
            json.writeNumberField("total_tokens", tokens);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private static void writeVector(JsonGenerator json, float[] vector, boolean base64) throws IOException {
        if (base64) {
            ByteBuffer raw = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            raw.asFloatBuffer().put(vector);
            json.writeBinary(raw.array());
        } else {
            json.writeStartArray();
            for (float component : vector) {
                json.writeNumber(component);
            }
            json.writeEndArray();
        }
    }

    private static Buffer error(String type, String code, String param, String message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeObjectFieldStart("error");
            json.writeStringField("message", message);
            json.writeStringField("type", type);
            if (param.isEmpty()) {
                json.writeNullField("param");
            } else {
                json.writeStringField("param", param);
            }
            json.writeStringField("code", code);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
