package ai.doubleword.blobs;

import ai.doubleword.platform.AddressRule;
import ai.doubleword.platform.Egress;
import ai.doubleword.platform.StartRefusedException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// Makes the client of an S3-compatible store from the configuration. The store's address is an administrator's, so it
/// may be private, but never link-local or a metadata service's (S-07).
final class S3Stores {
    private static final Duration LOOKUP = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private S3Stores() {}

    /// @throws StartRefusedException if the configuration is not whole, or names an address that must not be reached
    static S3BlobStore open(BlobsConfig.S3Config config, Egress egress) {
        String bucket = config.bucket()
                .orElseThrow(() -> new StartRefusedException(
                        "blobs.kind is s3, but blobs.s3.bucket is not set.", "Name the bucket that holds the blobs."));
        S3ClientBuilder client = S3Client.builder()
                .region(Region.of(config.region()))
                .credentialsProvider(credentials(config))
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE))
                // Stores other than Amazon's do not know the newer checksums.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .forcePathStyle(config.pathStyle());
        config.endpoint().ifPresent(endpoint -> {
            requireReachable(endpoint, egress);
            client.endpointOverride(endpoint);
        });
        String prefix = config.prefix()
                .map(given -> given.endsWith("/") ? given : given + "/")
                .orElse("");
        return new S3BlobStore(client.build(), bucket, prefix);
    }

    private static AwsCredentialsProvider credentials(BlobsConfig.S3Config config) {
        return config.accessKeyId()
                .<AwsCredentialsProvider>map(id -> StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        id,
                        config.secretAccessKey()
                                .orElseThrow(() -> new StartRefusedException(
                                        "blobs.s3.access-key-id is set, but blobs.s3.secret-access-key is not.",
                                        "Set both, or neither for the environment's own credentials.")))))
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    }

    private static void requireReachable(URI endpoint, Egress egress) {
        try {
            egress.destination(endpoint, AddressRule.ADMINISTRATOR)
                    .resolve()
                    .toCompletableFuture()
                    .get(LOOKUP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | IllegalArgumentException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new StartRefusedException(
                    "blobs.s3.endpoint cannot be used: " + cause.getMessage() + ".",
                    "Name the store as http(s)://host:port.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefusedException("The start was interrupted.", "Start again.", e);
        }
    }
}
