package ai.doubleword.simulator;

import ai.doubleword.simulator.SimulatedModel.Kind;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A model server without a server: answers requests of OpenAI's API deterministically, the same request always with
/// the same words.
///
/// A request's faults come from, first found wins: its header `x-sim-fault`; its model's name (`sim-chat!429?times=2`,
/// see [Fault]); the script ([#script]); its model's configuration. The tokenizer is loaded by the first request that
/// needs it, on a worker thread.
///
/// Thread-safe: requests may come on many contexts at once.
public final class SimulatedModels {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String RESPONSES = "/responses";
    private static final Set<String> PATHS = Set.of("/chat/completions", "/completions", "/embeddings", RESPONSES);

    private final SimulatorConfig config;
    private final InstantSource clock;
    private final Map<String, Served> served = new LinkedHashMap<>();
    private final PrefixCache cache;
    private final FaultScript script = new FaultScript();
    private final ReceivedRequests received = new ReceivedRequests();
    private final AtomicLong sequence = new AtomicLong();
    private final LongAdder active = new LongAdder();
    private final LongAdder cancelled = new LongAdder();

    private record Served(SimulatedModel model, Slots slots) {}

    /// How many answers are under way, and how many were cancelled before their end.
    public record Counts(long received, long active, long cancelled) {}

    public SimulatedModels(SimulatorConfig config) {
        this(config, InstantSource.system());
    }

    /// @param clock for `created`
    public SimulatedModels(SimulatorConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.cache = new PrefixCache(config.prefixCacheTokens(), System::nanoTime);
        for (SimulatedModel model : config.models()) {
            SimulatedModel.Capacity capacity = model.capacity();
            served.put(model.name(), new Served(model, new Slots(capacity.concurrency(), capacity.queue())));
        }
    }

    /// Answers one request. Never throws for what the request says: that is an answer too.
    ///
    /// @param context where the listener is called, and where this is called
    public SimulatedExchange answer(Context context, SimulatedRequest request, AnswerListener listener) {
        received.add(request, clock.instant());
        active.increment();
        Playback playback = new Playback(context, listener);
        Tracked tracked = new Tracked(playback);
        if (Tokens.loaded() || request.body().length() == 0) {
            context.runOnContext(ignored -> start(context, request, tracked));
        } else {
            context.<@Nullable Void>executeBlocking(() -> {
                        Tokens.load();
                        return null;
                    })
                    .onComplete(ignored -> start(context, request, tracked));
        }
        return tracked;
    }

    /// Gives the next requests these faults, in order.
    ///
    /// @param model whose requests; null for any
    /// @param entries as in [Fault]; `ok` lets one request pass
    public void script(@Nullable String model, List<String> entries) {
        script.add(model, entries);
    }

    /// Forgets script, recorded requests, counts, and the prefix cache.
    public void reset() {
        script.clear();
        received.clear();
        cache.clear();
        cancelled.reset();
    }

    public ReceivedRequests received() {
        return received;
    }

    public Counts counts() {
        return new Counts(received.count(), active.sum(), cancelled.sum());
    }

    public List<SimulatedModel> models() {
        return config.models();
    }

    private void start(Context context, SimulatedRequest request, Tracked tracked) {
        Job job;
        try {
            job = understand(request);
        } catch (Refusal refusal) {
            tracked.play(refusal.plan(), null);
            return;
        }
        switch (job) {
            case Job.Fixed(AnswerPlan plan) -> tracked.play(plan, null);
            case Job.Planned(String path, Work work, Slots slots) -> {
                Runnable ready = () -> context.runOnContext(ignored -> tracked.play(planned(path, work), slots));
                if (!slots.enter(ready)) {
                    String message = "all places of " + work.model().name() + " are taken and its queue is full";
                    tracked.play(new Refusal(503, "overloaded", null, message).plan(), null);
                }
            }
        }
    }

    private sealed interface Job {
        record Fixed(AnswerPlan plan) implements Job {}

        record Planned(String path, Work work, Slots slots) implements Job {}
    }

    private Job understand(SimulatedRequest request) {
        String path = request.path().startsWith("/v1/") ? request.path().substring(3) : request.path();
        if (path.equals("/models") || path.startsWith("/models/")) {
            return new Job.Fixed(models(path));
        }
        if (!PATHS.contains(path)) {
            throw new Refusal(404, "unknown_url", null, "no such path: " + request.method() + " " + request.path());
        }
        if (!request.method().equals("POST")) {
            throw new Refusal(405, "method_not_allowed", null, "use POST on " + request.path());
        }
        ObjectNode asked = parse(request.body());
        ObjectNode body = path.equals(RESPONSES) ? ResponsesPrompt.chat(asked) : asked;
        String name = body.path("model").asText();
        int bang = name.indexOf('!');
        String base = bang < 0 ? name : name.substring(0, bang);
        Served target = served.get(base);
        if (target == null) {
            throw new Refusal(404, "model_not_found", "model", "the model '" + name + "' does not exist");
        }
        List<Fault> faults = faults(request, bang < 0 ? "" : name.substring(bang + 1), target.model);
        long seed = Seeds.of(config.seed() ^ body.path("seed").asLong(), base + subject(body));
        Random pacing = new Random(Seeds.mix(config.seed() + sequence.getAndIncrement()));
        long created = clock.instant().getEpochSecond();
        Work work = new Work(target.model, name, body, faults, seed, pacing, created, cache);
        AnswerPlan failure = Faults.instead(faults);
        return failure != null ? new Job.Fixed(failure) : new Job.Planned(path, work, target.slots);
    }

    private List<Fault> faults(SimulatedRequest request, String suffix, SimulatedModel model) {
        try {
            String header = request.headers().get("x-sim-fault");
            if (header != null) {
                return script.limited(header);
            }
            if (!suffix.isEmpty()) {
                return script.limited(suffix);
            }
            List<Fault> scripted = script.next(model.name());
            return scripted == null ? model.faults() : scripted;
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, "invalid_fault", null, String.valueOf(e.getMessage()));
        }
    }

    private static AnswerPlan planned(String path, Work work) {
        try {
            boolean embeds = work.model().kind() == Kind.EMBEDDING;
            if (embeds != path.equals("/embeddings")) {
                String message = "the model '" + work.model().name() + "' does not serve " + path;
                throw new Refusal(400, "model_type_mismatch", "model", message);
            }
            if (work.model().kind() == Kind.RESPONSES && !path.equals(RESPONSES)) {
                String message = "the model '" + work.model().name() + "' is served under " + RESPONSES + " alone";
                throw new Refusal(404, "unsupported_endpoint", "model", message);
            }
            if (path.equals(RESPONSES)) {
                // What it refuses is a part of its own; every other fault is the same.
                return Faults.apply(
                        ResponsesAnswers.plan(work),
                        work.faults().stream()
                                .filter(fault -> fault.kind() != Fault.Kind.REFUSAL)
                                .toList());
            }
            AnswerPlan plan = switch (work.model().kind()) {
                case EMBEDDING -> EmbeddingAnswers.plan(work);
                case INSTANT, STAMPED -> PreparedAnswers.plan(work);
                case CHAT, REASONING, RESPONSES ->
                    path.equals("/completions") ? CompletionAnswers.plan(work) : ChatAnswers.plan(work);
            };
            return Faults.apply(plan, work.faults());
        } catch (Refusal refusal) {
            return refusal.plan();
        }
    }

    /// What decides the words: not whether they are streamed, nor what else does not change what a model reads.
    private static String subject(ObjectNode body) {
        StringBuilder subject = new StringBuilder();
        for (String field : new String[] {"messages", "prompt", "tools", "tool_choice", "response_format"}) {
            JsonNode value = body.path(field);
            subject.append('\n').append(value.isMissingNode() ? "" : value.toString());
        }
        return subject.toString();
    }

    private static ObjectNode parse(Buffer body) {
        try {
            if (MAPPER.readTree(body.getBytes()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new Refusal(400, "invalid_json", null, "the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
        throw new Refusal(400, "invalid_json", null, "the body must be a JSON object");
    }

    private AnswerPlan models(String path) {
        if (path.equals("/models")) {
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.put("object", "list");
            ArrayNode data = root.putArray("data");
            served.values().forEach(entry -> data.add(describe(entry.model)));
            return AnswerPlan.json(0, 200, Buffer.buffer(root.toString()));
        }
        String name = URLDecoder.decode(path.substring("/models/".length()), StandardCharsets.UTF_8);
        Served target = served.get(name);
        if (target == null) {
            throw new Refusal(404, "model_not_found", "model", "the model '" + name + "' does not exist");
        }
        return AnswerPlan.json(0, 200, Buffer.buffer(describe(target.model).toString()));
    }

    private static ObjectNode describe(SimulatedModel model) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", model.name());
        node.put("object", "model");
        node.put("created", 1_767_225_600);
        node.put("owned_by", "simulator");
        node.put("type", model.kind() == Kind.EMBEDDING ? "embedding" : "chat");
        node.put("max_model_len", model.size().contextLength());
        return node;
    }

    /// An exchange that keeps the counts and gives its place back.
    private final class Tracked implements SimulatedExchange {
        private final Playback playback;

        Tracked(Playback playback) {
            this.playback = playback;
        }

        void play(AnswerPlan plan, @Nullable Slots slots) {
            playback.play(plan, () -> {
                if (slots != null) {
                    slots.leave();
                }
                active.decrement();
            });
        }

        @Override
        public void pause() {
            playback.pause();
        }

        @Override
        public void resume() {
            playback.resume();
        }

        @Override
        public void cancel() {
            if (!playback.over()) {
                cancelled.increment();
            }
            playback.cancel();
        }
    }
}
