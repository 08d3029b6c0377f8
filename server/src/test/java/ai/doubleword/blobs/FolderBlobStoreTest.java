package ai.doubleword.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderBlobStoreTest extends BlobStoreContract {
    @TempDir
    Path root;

    private FolderBlobStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FolderBlobStore(root.resolve("blobs"));
    }

    @Override
    BlobStore store() {
        return store;
    }

    @Test
    void whatADeadWriterLeftIsSweptAndWhatIsWrittenNowIsNot() throws IOException {
        Instant start = Instant.now();
        BlobWriter dead = store.create(BlobName.of("input", 1));
        dead.write(new byte[1000], 0, 1000);
        assertThat(store.sweep(start.minusSeconds(60))).isZero();
        assertThat(files()).hasSize(1);
        assertThat(store.sweep(Instant.now().plusSeconds(60))).isEqualTo(1);
        assertThat(files()).isEmpty();
        dead.close();
    }

    @Test
    void aWriterThatIsClosedLeavesNoFile() throws IOException {
        try (BlobWriter writer = store.create(BlobName.of("input", 1))) {
            writer.write(new byte[1000], 0, 1000);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void blobsAreSpreadOverFolders() throws IOException {
        for (int i = 0; i < 200; i++) {
            try (BlobWriter writer = store.create(BlobName.of("input", i))) {
                writer.commit();
            }
        }
        assertThat(files()).hasSize(200);
        assertThat(files().stream().map(Path::getParent).distinct().count()).isGreaterThan(100);
    }

    @Test
    void blobsOfAnOlderLayoutAreFoundAfterAStart() throws IOException {
        Path before = Files.createDirectories(root.resolve("blobs/input/0a/fe"));
        Files.writeString(before.resolve("one"), "an older blob");
        Files.createDirectories(root.resolve("blobs/input/0a/ff"));
        FolderBlobStore again = new FolderBlobStore(root.resolve("blobs"));
        assertThat(again.readFully(new BlobName("input", "one"), 0, 13))
                .isEqualTo("an older blob".getBytes(StandardCharsets.UTF_8));
        assertThat(before).doesNotExist();
        assertThat(root.resolve("blobs/input/0a")).doesNotExist();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
