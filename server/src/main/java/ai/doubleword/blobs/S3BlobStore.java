package ai.doubleword.blobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Blobs as objects `PREFIX KIND/ID` in a bucket of any S3-compatible store.
///
/// A blob up to [#PART] bytes is one request, a larger one a multipart upload, of which one part is in memory. Both are
/// made visible on the condition that the name is free, so of two writers one wins. Thread-safe.
final class S3BlobStore implements BlobStore {
    /// With S3's 10,000 parts enough for 78 GiB; S3 takes no parts below 5 MiB.
    static final int PART = 8 << 20;

    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int RANGE_BEHIND_END = 416;

    private final S3Client s3;
    private final String bucket;
    private final String prefix;

    /// @param prefix of all keys, with its slash; may be empty
    S3BlobStore(S3Client s3, String bucket, String prefix) {
        this.s3 = s3;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public BlobWriter create(BlobName name) {
        return new Writer(name);
    }

    @Override
    public InputStream read(BlobName name, long offset, long bytes) throws IOException {
        if (bytes == 0) {
            if (!exists(name)) {
                throw new BlobMissingException(name);
            }
            return InputStream.nullInputStream();
        }
        long last = bytes > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + bytes - 1;
        try {
            return s3.getObject(request -> request.bucket(bucket).key(key(name)).range("bytes=" + offset + "-" + last));
        } catch (S3Exception e) {
            return switch (e.statusCode()) {
                case NOT_FOUND -> {
                    BlobMissingException missing = new BlobMissingException(name);
                    missing.initCause(e);
                    throw missing;
                }
                case RANGE_BEHIND_END -> InputStream.nullInputStream();
                default -> throw failed(e);
            };
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) throws IOException {
        try {
            HeadObjectResponse head =
                    s3.headObject(request -> request.bucket(bucket).key(key(name)));
            return Optional.of(new BlobInfo(name, head.contentLength(), head.lastModified()));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw failed(e);
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    @Override
    public void delete(BlobName name) throws IOException {
        ask(() -> s3.deleteObject(request -> request.bucket(bucket).key(key(name))));
    }

    @Override
    public void list(String kind, Consumer<BlobInfo> reader) throws IOException {
        String folder = prefix + kind + "/";
        ask(() -> {
            s3.listObjectsV2Paginator(request -> request.bucket(bucket).prefix(folder))
                    .contents()
                    .forEach(object -> reader.accept(new BlobInfo(
                            new BlobName(kind, object.key().substring(folder.length())),
                            object.size(),
                            object.lastModified())));
            return kind;
        });
    }

    @Override
    public void check() throws IOException {
        ask(() -> s3.headBucket(request -> request.bucket(bucket)));
    }

    /// Ends uploads that were begun before an instant and never ended.
    ///
    /// @return how many there were
    int sweep(Instant before) throws IOException {
        return ask(() -> {
            List<MultipartUpload> dead =
                    s3
                            .listMultipartUploadsPaginator(
                                    request -> request.bucket(bucket).prefix(prefix))
                            .uploads()
                            .stream()
                            .filter(upload -> upload.initiated().isBefore(before))
                            .toList();
            dead.forEach(upload -> s3.abortMultipartUpload(
                    request -> request.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
            return dead.size();
        });
    }

    private String key(BlobName name) {
        return prefix + name;
    }

    private static <T> T ask(Supplier<T> question) throws IOException {
        try {
            return question.get();
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    private static IOException failed(SdkException e) {
        return new IOException("the object store does not answer as it should: " + e.getMessage(), e);
    }

    private final class Writer implements BlobWriter {
        private final BlobName name;
        private final ByteArrayOutputStream part = new ByteArrayOutputStream();
        private final List<CompletedPart> parts = new ArrayList<>();
        private @Nullable String upload;
        private long written;
        private boolean done;

        Writer(BlobName name) {
            this.name = name;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int at = offset;
            int end = offset + length;
            while (at < end) {
                int run = Math.min(end - at, PART - part.size());
                part.write(bytes, at, run);
                at += run;
                if (part.size() == PART) {
                    sendPart();
                }
            }
            written += length;
        }

        private void sendPart() throws IOException {
            ask(() -> {
                if (upload == null) {
                    upload = s3.createMultipartUpload(
                                    request -> request.bucket(bucket).key(key(name)))
                            .uploadId();
                }
                int number = parts.size() + 1;
                String tag = s3.uploadPart(
                                request -> request.bucket(bucket)
                                        .key(key(name))
                                        .uploadId(upload)
                                        .partNumber(number),
                                RequestBody.fromBytes(part.toByteArray()))
                        .eTag();
                return parts.add(
                        CompletedPart.builder().partNumber(number).eTag(tag).build());
            });
            part.reset();
        }

        @Override
        public long commit() throws IOException {
            // Some stores pass the condition over.
            if (exists(name)) {
                throw new BlobExistsException(name);
            }
            try {
                if (upload == null) {
                    s3.putObject(
                            request -> request.bucket(bucket).key(key(name)).ifNoneMatch("*"),
                            RequestBody.fromBytes(part.toByteArray()));
                } else {
                    if (part.size() > 0) {
                        sendPart();
                    }
                    s3.completeMultipartUpload(request -> request.bucket(bucket)
                            .key(key(name))
                            .uploadId(upload)
                            .ifNoneMatch("*")
                            .multipartUpload(all -> all.parts(parts)));
                }
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
                    BlobExistsException exists = new BlobExistsException(name);
                    exists.initCause(e);
                    throw exists;
                }
                throw failed(e);
            } catch (SdkException e) {
                throw failed(e);
            }
            done = true;
            return written;
        }

        @Override
        public void close() {
            if (done || upload == null) {
                return;
            }
            done = true;
            try {
                s3.abortMultipartUpload(
                        request -> request.bucket(bucket).key(key(name)).uploadId(upload));
            } catch (SdkException e) {
                // Swept later.
            }
        }
    }
}
