package ai.doubleword.batch.files;

import ai.doubleword.idempotency.Idempotency;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/// An upload that carries an `Idempotency-Key`: it is claimed when all of it is there and its hash is known, so that
/// the
/// same file under the same key is one file, and another one under that key is refused. For one upload; blocks.
final class OneUpload implements FileUploads.Adding {
    private static final Logger LOG = Logger.getLogger(OneUpload.class);
    private static final Duration TWIN_PATIENCE = Duration.ofSeconds(30);

    private final Idempotency idempotency;
    private final Principal key;
    private final String header;
    private final FileUploads uploads;
    private final View view;
    private Optional<Idempotency.Answer> replayed = Optional.empty();

    /// What is answered for a file.
    @FunctionalInterface
    interface View {
        byte[] of(FileRow file) throws IOException;
    }

    OneUpload(Idempotency idempotency, Principal key, String header, FileUploads uploads, View view) {
        this.idempotency = idempotency;
        this.key = key;
        this.header = header;
        this.uploads = uploads;
        this.view = view;
    }

    /// The answer that was given before; nothing for the first.
    Optional<Idempotency.Answer> replayed() {
        return replayed;
    }

    /// @throws ProblemException if the header was used with another file, or its twin takes too long
    @Override
    public boolean add(FileRow file) {
        return switch (idempotency.begin(key.family(), key.account(), header, request(file), TWIN_PATIENCE)) {
            case Idempotency.Outcome.Refused refused -> throw new ProblemException(refused.problem());
            case Idempotency.Outcome.Replayed(Idempotency.Answer answer) -> {
                replayed = Optional.of(answer);
                yield false;
            }
            case Idempotency.Outcome.Claimed claimed -> {
                addFor(claimed.claim(), file);
                yield true;
            }
        };
    }

    private void addFor(Idempotency.Claim claim, FileRow file) {
        byte[] answer;
        try {
            answer = view.of(file);
            uploads.add(file);
        } catch (IOException e) {
            claim.release();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            claim.release();
            throw e;
        }
        try {
            claim.keep(new Idempotency.Answer(201, "application/json", answer), Idempotency.KEPT);
        } catch (RuntimeException e) {
            // The file is there, and stays; a repeat may make another after a minute.
            LOG.warn("The answer to an upload could not be kept for its Idempotency-Key", e);
        }
    }

    /// What a repeat must equal: name and content.
    private static byte[] request(FileRow file) {
        String hash = file.stored().map(FileRow.Stored::sha256).orElseThrow();
        return ("POST /v1/files\n" + file.name() + '\n' + hash).getBytes(StandardCharsets.UTF_8);
    }
}
