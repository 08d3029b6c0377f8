package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.console.Progress;
import ai.doubleword.platform.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A batch as pages show it.
///
/// @param file name of its input file; empty if that is gone
/// @param models that its input file names, in a line; empty if that is gone
/// @param changes whether the reader may change it
public record BatchCard(Batch batch, String file, String models, boolean changes) {
    /// What pages call it: the name it was given, or its file's.
    public String name() {
        String given = batch.metadata().getOrDefault("name", "").strip();
        return !given.isEmpty() ? given : file.isEmpty() ? id() : file;
    }

    /// Its id as users write it.
    public String id() {
        return Ids.format(Batch.PREFIX, batch.id());
    }

    /// Its status, with `paused` in place of `in_progress` where it is.
    public String status() {
        return batch.paused() ? "paused" : batch.status().wire();
    }

    /// The status in words.
    public String words() {
        return status().replace('_', ' ');
    }

    /// The colour of the status.
    public String colour() {
        return switch (batch.status()) {
            case COMPLETED -> batch.failed() == 0 ? "good" : "warn";
            case FAILED, EXPIRED -> "bad";
            case IN_PROGRESS -> batch.paused() ? "warn" : "accent";
            case VALIDATING, FINALIZING, CANCELLING -> "accent";
            case CANCELLED -> "";
        };
    }

    /// Whether it has ended.
    public boolean ended() {
        return batch.status().ended();
    }

    /// Whether lines may be begun, now or when it is resumed.
    public boolean runs() {
        return batch.status().runs();
    }

    /// Whether it is paused.
    public boolean paused() {
        return batch.paused();
    }

    /// Whether something is left that a retry would do.
    public boolean retries() {
        return ended() && batch.ok() < batch.total();
    }

    /// How many lines a retry would do.
    public long open() {
        return (long) batch.total() - batch.ok();
    }

    /// Its bar.
    public Progress progress() {
        return new Progress(batch.total(), batch.ok(), batch.failed());
    }

    /// All lines.
    public long total() {
        return batch.total();
    }

    /// Lines with an answer.
    public long answered() {
        return batch.ok();
    }

    /// Lines that failed.
    public long failed() {
        return batch.failed();
    }

    /// Lines with a result.
    public long done() {
        return batch.done();
    }

    /// The window in its user's words.
    public String window() {
        return batch.window();
    }

    /// The tier as in the API.
    public String tier() {
        return batch.tier().wire();
    }

    /// The endpoint in its user's words.
    public String endpoint() {
        return batch.endpoint();
    }

    /// What it came to, in nano-dollars.
    public long cost() {
        return batch.used().costNanos();
    }

    /// Tokens in.
    public long input() {
        return batch.used().input();
    }

    /// Tokens out.
    public long output() {
        return batch.used().output();
    }

    /// Public id of the key it runs as.
    public String keyId() {
        return batch.keyId();
    }

    /// Tokens in and out.
    public long tokens() {
        return input() + output();
    }

    /// Lines without a result.
    public long left() {
        return (long) batch.total() - batch.done();
    }

    /// Whether chosen lines of it may be retried.
    public boolean picks() {
        return changes && ended() && batch.failed() > 0;
    }

    /// Id of its input file.
    public String inputId() {
        return Ids.format(BatchFile.PREFIX, batch.inputFile());
    }

    /// Its notes but for the name, in their order.
    public List<Note> notes() {
        return batch.metadata().entrySet().stream()
                .filter(note -> !note.getKey().equals("name"))
                .sorted(java.util.Map.Entry.comparingByKey())
                .map(note -> new Note(note.getKey(), note.getValue()))
                .toList();
    }

    /// A note of its user.
    public record Note(String key, String value) {}

    /// When it was ordered.
    public Instant created() {
        return batch.times().created();
    }

    /// Its deadline; nothing for background batches, and for those that have ended.
    public Optional<Instant> deadline() {
        return ended() ? Optional.empty() : Optional.ofNullable(batch.times().expires());
    }

    /// Whether its deadline is promised; not once it has ended.
    public boolean promised() {
        return is(Deadline.PROMISED);
    }

    /// Whether its deadline is at risk; not once it has ended.
    public boolean atRisk() {
        return is(Deadline.AT_RISK);
    }

    private boolean is(Deadline deadline) {
        return !ended() && batch.deadline().filter(deadline::equals).isPresent();
    }

    /// Of one at risk: the shortest usual window that it would be done in; empty if there is none.
    public String earliestWindow() {
        String earliest = batch.promise().earliestWindow();
        return earliest == null ? "" : earliest;
    }

    /// When it ended.
    public Optional<Instant> endedAt() {
        Batch.Times times = batch.times();
        return switch (batch.status()) {
            case COMPLETED -> Optional.ofNullable(times.completed());
            case FAILED -> Optional.ofNullable(times.failed());
            case EXPIRED -> Optional.ofNullable(times.expired());
            case CANCELLED -> Optional.ofNullable(times.cancelled());
            case VALIDATING, IN_PROGRESS, FINALIZING, CANCELLING -> Optional.empty();
        };
    }

    /// Requests a second from its order to its end; 0 while it runs, and where it was over at once.
    public double average() {
        return endedAt()
                .map(end -> Duration.between(created(), end).toMillis() / 1000.0)
                .filter(seconds -> seconds > 0)
                .map(seconds -> batch.done() / seconds)
                .orElse(0.0);
    }

    /// Ids of its files: input, output, and the errors of its newest run if there are any.
    public List<FileLink> files() {
        FileLink input = new FileLink("Requests", Ids.format(BatchFile.PREFIX, batch.inputFile()), !file.isEmpty());
        FileLink output = new FileLink("Answers", Ids.format(BatchFile.PREFIX, batch.outputFile()), true);
        FileLink errors = new FileLink("Failures", Ids.format(BatchFile.PREFIX, batch.errorFile()), true);
        boolean failures = batch.failed() > 0 || batch.status() == BatchStatus.EXPIRED;
        return failures ? List.of(input, output, errors) : List.of(input, output);
    }

    /// A file of a batch.
    ///
    /// @param there whether it can be downloaded
    public record FileLink(String label, String id, boolean there) {}

    /// What happened to it, and what comes next, in order.
    ///
    /// @param finish when it will be done, as far as one can tell
    List<Step> steps(Optional<Instant> finish) {
        Batch.Times times = batch.times();
        List<Step> steps = new java.util.ArrayList<>();
        steps.add(new Step("Ordered", Optional.of(times.created()), "done"));
        Instant begun = times.inProgress();
        if (begun != null && begun.isAfter(times.created().plusSeconds(1))) {
            steps.add(new Step("Begun again", Optional.of(begun), "done"));
        }
        switch (batch.status()) {
            case VALIDATING -> steps.add(new Step("Validating", Optional.empty(), "now"));
            case IN_PROGRESS ->
                steps.add(
                        batch.paused()
                                ? new Step("Paused", Optional.ofNullable(times.paused()), "now")
                                : new Step("Running", Optional.empty(), "now"));
            case FINALIZING ->
                steps.add(new Step("Writing down the rest", Optional.ofNullable(times.finalizing()), "now"));
            case CANCELLING -> steps.add(new Step("Cancelling", Optional.ofNullable(times.cancelling()), "now"));
            case COMPLETED -> steps.add(new Step("Completed", endedAt(), "done"));
            case EXPIRED -> steps.add(new Step("Expired", endedAt(), "bad"));
            case FAILED -> steps.add(new Step("Failed", endedAt(), "bad"));
            case CANCELLED -> steps.add(new Step("Cancelled", endedAt(), "bad"));
        }
        finish.ifPresent(at -> steps.add(new Step("Done, as it looks", Optional.of(at), "next")));
        deadline().ifPresent(at -> steps.add(new Step("Deadline", Optional.of(at), "next")));
        return steps;
    }

    /// A step of its life.
    ///
    /// @param state `done`, `now`, `next` or `bad`
    public record Step(String label, Optional<Instant> at, String state) {}
}
