package ai.doubleword.blobs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Where input files and results are kept: `blobs.…` in `doubleword.yaml`.
@ConfigMapping(prefix = "doubleword.blobs")
public interface BlobsConfig {
    /// `folder`: the file system. `s3`: an S3-compatible store, which several nodes share.
    @WithDefault("folder")
    Kind kind();

    /// With `folder`, where; default `HOME/blobs`.
    Optional<Path> folder();

    /// With `s3`, which store.
    S3Config s3();

    /// See [BlobsConfig#kind].
    enum Kind {
        FOLDER,
        S3
    }

    /// See [BlobsConfig#s3].
    interface S3Config {
        /// Its URL, `https://s3.example.com`; default Amazon's of the region.
        Optional<URI> endpoint();

        /// Its region; stores other than Amazon's mostly take any.
        @WithDefault("us-east-1")
        String region();

        /// The bucket, which must exist.
        Optional<String> bucket();

        /// The beginning of all keys; default none.
        Optional<String> prefix();

        /// The key to sign with; default what the environment has (variables, profile, instance role).
        Optional<String> accessKeyId();

        /// Its secret.
        Optional<String> secretAccessKey();

        /// Whether the bucket stands in the path instead of the host's name.
        @WithDefault("true")
        boolean pathStyle();
    }
}
