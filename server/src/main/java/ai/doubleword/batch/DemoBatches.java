package ai.doubleword.batch;

import ai.doubleword.accounts.Caller;
import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.batch.files.ConsoleFiles;
import ai.doubleword.demo.DemoPart;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Ids;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/// A few batches as the people of the demo order them: one that is done, one of which some lines fail, one that is
/// cancelled.
@Singleton
final class DemoBatches implements DemoPart {
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = 100_000_000;
    private static final String MISSPELT = """
            , "tools": [{"type": "function", "function": {"name": "catalogue"}}], \
            "tool_choice": {"type": "function", "function": {"name": "catalog"}}""";
    private static final List<Plan> PLANS = List.of(
            new Plan("Labels for tickets", "24h", 60, "Which team should read ticket %d? One word.", 0, false),
            new Plan("Titles of chapters", "1h", 24, "A title for chapter %d, in five words.", 8, false),
            new Plan("First draft of names", "24h", 400, "A name for boat %d.", 0, true));

    private final Batches batches;
    private final ConsoleFiles files;
    private final OwnWork work;

    DemoBatches(Batches batches, ConsoleFiles files, OwnWork work) {
        this.batches = batches;
        this.files = files;
        this.work = work;
    }

    /// A batch to order.
    ///
    /// @param faulty each so many lines one chooses a tool that it does not name; 0 for none
    private record Plan(String name, String window, int lines, String prompt, int faulty, boolean cancelled) {
        String lines(String model) {
            return IntStream.rangeClosed(1, lines)
                    .mapToObj(n -> line(n, model, faulty > 0 && n % faulty == 0))
                    .collect(Collectors.joining("\n"));
        }

        private String line(int n, String model, boolean wrong) {
            return """
                    {"custom_id": "%d", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "%s", \
                    "max_tokens": 40, "messages": [{"role": "user", "content": "%s"}]%s}}""".formatted(n, model, prompt.formatted(n), wrong ? MISSPELT : "");
        }
    }

    @Override
    public void fill(Cast cast) {
        List<Ordered> ordered = new ArrayList<>();
        for (int i = 0; i < PLANS.size(); i++) {
            Principal key = cast.callers().get(i % cast.callers().size());
            ordered.add(
                    order(PLANS.get(i), key, cast.models().get(i % cast.models().size())));
        }
        long deadline = System.nanoTime() + ENDED_WITHIN.toNanos();
        while (ordered.stream().anyMatch(this::runs) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private record Ordered(Batches.Asker asker, String id) {}

    private Ordered order(Plan plan, Principal key, String model) {
        Batches.Asker asker = batches.asker(key);
        Batch batch = batches.create(
                key,
                new Batches.Wanted(
                        file(plan, key, model),
                        "/v1/chat/completions",
                        CompletionWindow.parse(plan.window()),
                        Map.of("name", plan.name()),
                        false,
                        Duration.ZERO,
                        false));
        String id = Ids.format(Batch.PREFIX, batch.id());
        if (plan.cancelled()) {
            batches.cancel(asker, id);
        }
        return new Ordered(asker, id);
    }

    private String file(Plan plan, Principal key, String model) {
        Caller maker = new Caller(key.member(), key.account(), false, Set.of(), new Caller.Credential.Key(key.keyId()));
        byte[] lines = plan.lines(model).getBytes(StandardCharsets.UTF_8);
        try {
            return switch (files.keep(maker, plan.name() + ".jsonl", lines)) {
                case ConsoleFiles.Outcome.Kept(String id) -> id;
                case ConsoleFiles.Outcome.Wrong wrong ->
                    throw new IllegalStateException("the demo's lines are not right: " + wrong.problems());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean runs(Ordered one) {
        return !batches.get(one.asker(), one.id()).status().ended();
    }

    @Override
    public void remove(Handle transaction, long account) {
        work.forget(transaction, account);
    }
}
