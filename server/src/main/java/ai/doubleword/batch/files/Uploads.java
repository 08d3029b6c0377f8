package ai.doubleword.batch.files;

import ai.doubleword.batch.files.UploadStore.Part;
import ai.doubleword.batch.files.UploadStore.Upload;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Files that come in parts, in OpenAI's shape: each part is durable once it is answered, so whoever loses the
/// connection goes on with the next; completing puts them together in the wished order and checks the file as one that
/// came whole. Blocks; thread-safe.
@Singleton
final class Uploads {
    /// As OpenAI's.
    static final long LARGEST_PART = 64L << 20;

    private static final Duration LIFE = Duration.ofHours(1);
    static final String KIND = "part";

    private final Database database;
    private final BlobStore blobs;
    private final FileUploads files;
    private final FilesConfig config;
    private final Ids ids;
    private final Clock clock;

    Uploads(Database database, BlobStore blobs, FileUploads files, FilesConfig config, Ids ids, Clock clock) {
        this.database = database;
        this.blobs = blobs;
        this.files = files;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /// What its sender says of the whole.
    record Wish(String name, long bytes, String mimeType, OptionalLong seconds) {}

    Upload create(FileCaller caller, Wish wish) {
        if (wish.bytes() < 1 || wish.bytes() > config.maxBytes()) {
            throw invalid("bytes", "`bytes` must be a whole number from 1 to " + config.maxBytes() + ".");
        }
        Upload upload = new Upload(
                ids.next(),
                caller.account(),
                caller.member(),
                caller.keyId(),
                wish.name(),
                wish.bytes(),
                wish.mimeType(),
                wish.seconds(),
                "pending",
                OptionalLong.empty(),
                clock.instant(),
                clock.instant().plus(LIFE));
        database.inAccount(caller.account(), handle -> {
            UploadStore.insert(handle, upload);
            return upload;
        });
        return upload;
    }

    /// @throws ProblemException `not_found` for another's
    Upload get(FileCaller caller, String id) {
        long number = Ids.parse(Upload.PREFIX, id).orElse(0);
        return database.inAccount(
                        caller.account(), handle -> UploadStore.find(handle, caller.account(), caller.member(), number))
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such upload."));
    }

    /// Keeps the part `data` of a form.
    Part addPart(FileCaller caller, String id, InputStream body, byte[] boundary) throws IOException {
        Upload upload = pending(caller, id);
        long number = ids.next();
        BlobName blob = BlobName.of(KIND, number);
        MultipartForm form = new MultipartForm("data");
        long bytes;
        try (BlobWriter writer = blobs.create(blob)) {
            form.read(body, boundary, new BlobStream(writer, LARGEST_PART));
            if (form.fileName().isEmpty()) {
                throw new ProblemException(Problem.ofParam(
                        ErrorCode.MISSING_REQUIRED_PARAMETER, "data", "The form has no part named 'data'."));
            }
            bytes = writer.commit();
        }
        Part part = new Part(number, upload.id(), blob, bytes, clock.instant());
        try {
            database.inAccount(caller.account(), handle -> {
                UploadStore.addPart(handle, caller.account(), part);
                return part;
            });
        } catch (RuntimeException e) {
            blobs.delete(blob);
            throw e;
        }
        return part;
    }

    /// Makes a file of the parts.
    ///
    /// @param partIds in the order in which they make the file
    /// @param md5 of the whole, in hex, where its sender wants it checked
    /// @throws ProblemException if parts are missing or do not add up
    FileUploads.Outcome complete(FileCaller caller, String id, List<String> partIds, @Nullable String md5)
            throws IOException {
        Upload upload = pending(caller, id);
        List<Part> parts = inOrder(caller, upload, partIds);
        long bytes = parts.stream().mapToLong(Part::bytes).sum();
        if (bytes != upload.bytes()) {
            throw invalid(
                    "part_ids",
                    "The parts have " + bytes + " bytes together, but the upload was announced with " + upload.bytes()
                            + ".");
        }
        MessageDigest sum = md5();
        FileUploads.Outcome outcome = files.take(caller, upload.name(), upload.fileSeconds(), file -> {
            DigestOutputStream out = new DigestOutputStream(file, sum);
            for (Part part : parts) {
                try (InputStream in = blobs.read(part.blob(), 0, part.bytes())) {
                    in.transferTo(out);
                }
            }
            if (md5 != null && !md5.equalsIgnoreCase(HexFormat.of().formatHex(sum.digest()))) {
                throw invalid("md5", "The parts, in this order, have another MD5 than `md5`.");
            }
        });
        if (outcome instanceof FileUploads.Outcome.Kept(FileRow file)) {
            database.inAccount(
                    caller.account(),
                    handle -> UploadStore.end(
                            handle, caller.account(), upload.id(), "completed", OptionalLong.of(file.id())));
        }
        return outcome;
    }

    Upload cancel(FileCaller caller, String id) {
        Upload upload = pending(caller, id);
        database.inAccount(
                caller.account(),
                handle -> UploadStore.end(handle, caller.account(), upload.id(), "cancelled", OptionalLong.empty()));
        return get(caller, id);
    }

    private Upload pending(FileCaller caller, String id) {
        Upload upload = get(caller, id);
        if (!upload.status().equals("pending") || !upload.expires().isAfter(clock.instant())) {
            String status = upload.status().equals("pending") ? "expired" : upload.status();
            throw new ProblemException(ErrorCode.INVALID_VALUE, "This upload is " + status + "; make a new one.");
        }
        return upload;
    }

    private List<Part> inOrder(FileCaller caller, Upload upload, List<String> partIds) {
        Map<Long, Part> known = database
                .inAccount(caller.account(), handle -> UploadStore.parts(handle, caller.account(), upload.id()))
                .stream()
                .collect(Collectors.toMap(Part::id, Function.identity()));
        return partIds.stream()
                .map(id -> {
                    Part part = known.get(Ids.parse(Part.PREFIX, id).orElse(0));
                    if (part == null) {
                        throw invalid("part_ids", "`part_ids` names a part that this upload does not have.");
                    }
                    return part;
                })
                .toList();
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }
}
