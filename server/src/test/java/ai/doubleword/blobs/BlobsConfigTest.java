package ai.doubleword.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class BlobsConfigTest {
    @Test
    void defaults() {
        BlobsConfig config = new SmallRyeConfigBuilder()
                .withMapping(BlobsConfig.class)
                .build()
                .getConfigMapping(BlobsConfig.class);
        assertThat(config.kind()).isEqualTo(BlobsConfig.Kind.FOLDER);
        assertThat(config.folder()).isEmpty();
        assertThat(config.s3().endpoint()).isEmpty();
        assertThat(config.s3().region()).isEqualTo("us-east-1");
        assertThat(config.s3().bucket()).isEmpty();
        assertThat(config.s3().prefix()).isEmpty();
        assertThat(config.s3().accessKeyId()).isEmpty();
        assertThat(config.s3().secretAccessKey()).isEmpty();
        assertThat(config.s3().pathStyle()).isTrue();
    }
}
