package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobStore;
import ai.doubleword.jsonl.LargeLines;
import ai.doubleword.jsonl.LineReport;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Takes files in: form, purpose, lines; and makes them files once all of it is right. Blocks; thread-safe.
@Singleton
final class FileUploads {
    private static final long SHORTEST_LIFE = 3_600;
    private static final long LONGEST_LIFE = 2_592_000;
    private static final int LONGEST_NAME = 255;

    private final BlobStore blobs;
    private final AccountFiles files;
    private final FileRules rules;
    private final FilesConfig config;
    private final LargeLines largeLines;
    private final Ids ids;
    private final Clock clock;

    FileUploads(BlobStore blobs, AccountFiles files, FileRules rules, FilesConfig config, Ids ids, Clock clock) {
        this.blobs = blobs;
        this.files = files;
        this.rules = rules;
        this.config = config;
        this.largeLines = new LargeLines(config.largeLinesAtOnce());
        this.ids = ids;
        this.clock = clock;
    }

    /// What became of an upload.
    sealed interface Outcome {
        /// It is right, and a file unless who adds it had it otherwise.
        record Kept(FileRow file) implements Outcome {}

        /// It has lines that are not right, and nothing of it is kept.
        record Wrong(LineReport report) implements Outcome {}
    }

    /// Reads a `multipart/form-data` body with `file` and `purpose`.
    ///
    /// @param adding has the last say when all of it is there and right
    /// @throws ProblemException if the form is not right
    /// @throws IOException if the client ends too early or the store refuses
    Outcome receive(FileCaller caller, InputStream body, byte[] boundary, Adding adding) throws IOException {
        MultipartForm form = new MultipartForm("file");
        long id = ids.next();
        try (FileIntake intake = intake(caller, id)) {
            form.read(body, boundary, intake);
            requirePurpose(form.fields().get("purpose"));
            Instant now = clock.instant();
            Terms terms = new Terms(
                    nameOf(form.fileName().orElseThrow(() -> missing("file", "The form has no part named 'file'."))),
                    expiry(form.fields(), now));
            return keep(caller, id, intake, terms, now, adding);
        }
    }

    /// Adds a file to those of its account.
    @FunctionalInterface
    interface Adding {
        /// @return false if it is not to be, and its bytes are to go
        boolean add(FileRow file);
    }

    /// Adds a file.
    boolean add(FileRow file) {
        files.add(file);
        return true;
    }

    /// A file that comes from elsewhere than a form.
    ///
    /// @param source writes its bytes
    /// @throws IOException as the source, or if the store refuses
    Outcome take(FileCaller caller, String name, OptionalLong seconds, Source source) throws IOException {
        long id = ids.next();
        try (FileIntake intake = intake(caller, id)) {
            source.writeTo(intake);
            Instant now = clock.instant();
            Optional<Instant> expires =
                    seconds.isPresent() ? Optional.of(now.plusSeconds(seconds.getAsLong())) : usualExpiry(now);
            return keep(caller, id, intake, new Terms(nameOf(name), expires), now, this::add);
        }
    }

    /// See [#take].
    @FunctionalInterface
    interface Source {
        void writeTo(OutputStream file) throws IOException;
    }

    private FileIntake intake(FileCaller caller, long id) throws IOException {
        return new FileIntake(blobs, rules.of(caller), largeLines, id, config.maxBytes());
    }

    /// What its sender says of a file.
    record Terms(String name, Optional<Instant> expires) {}

    /// The end of a file that went through the intake.
    private Outcome keep(FileCaller caller, long id, FileIntake intake, Terms terms, Instant now, Adding adding)
            throws IOException {
        LineReport report = intake.finish();
        if (!report.isRight()) {
            return new Outcome.Wrong(report);
        }
        FileRow.Stored stored = intake.commit(report);
        FileRow row = new FileRow(
                id,
                caller.account(),
                caller.member(),
                caller.keyId(),
                FilePurpose.BATCH,
                terms.name(),
                report.bytes(),
                report.lines(),
                Optional.of(stored),
                OptionalLong.empty(),
                now,
                terms.expires());
        boolean added = false;
        try {
            added = adding.add(row);
        } finally {
            if (!added) {
                blobs.delete(stored.blob());
                blobs.delete(stored.index().blob());
            }
        }
        return new Outcome.Kept(row);
    }

    static void requirePurpose(@org.jspecify.annotations.Nullable String purpose) {
        switch (purpose) {
            case null -> throw missing("purpose", "`purpose` is missing; it must be `batch`.");
            case "batch" -> {}
            case "assistants", "fine-tune", "vision", "user_data", "evals" ->
                throw new ProblemException(Problem.ofParam(
                        ErrorCode.INVALID_VALUE,
                        "purpose",
                        "This server keeps files for batches only: `purpose` must be `batch`, not `" + purpose + "`."));
            default ->
                throw new ProblemException(
                        Problem.ofParam(ErrorCode.INVALID_VALUE, "purpose", "`purpose` must be `batch`."));
        }
    }

    private Optional<Instant> expiry(Map<String, String> fields, Instant now) {
        String anchor = fields.getOrDefault("expires_after[anchor]", "created_at");
        requireAnchor("expires_after[anchor]", anchor);
        String seconds = fields.get("expires_after[seconds]");
        return seconds == null
                ? usualExpiry(now)
                : Optional.of(now.plusSeconds(life("expires_after[seconds]", seconds)));
    }

    private Optional<Instant> usualExpiry(Instant now) {
        Duration retention = config.retention();
        return retention.isZero() ? Optional.empty() : Optional.of(now.plus(retention));
    }

    /// @throws ProblemException `invalid_value` if a life is to be counted from another time than a file's beginning
    static void requireAnchor(String param, String anchor) {
        if (!anchor.equals("created_at")) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, param, "`" + param + "` must be `created_at`."));
        }
    }

    /// How long a file is to be kept, as its sender wrote it.
    static long life(String param, String seconds) {
        String digits = seconds.strip();
        long life = digits.matches("[0-9]{1,9}") ? Long.parseLong(digits) : 0;
        if (life < SHORTEST_LIFE || life > LONGEST_LIFE) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    param,
                    "`" + param + "` must be a whole number from " + SHORTEST_LIFE + " to " + LONGEST_LIFE + "."));
        }
        return life;
    }

    /// The last part of what may be a path, without what cannot be shown.
    private static String nameOf(String given) {
        String name = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1)
                .replaceAll("\\p{Cntrl}", "")
                .strip();
        if (name.isEmpty()) {
            return "file.jsonl";
        }
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }

    private static ProblemException missing(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.MISSING_REQUIRED_PARAMETER, param, message));
    }
}
