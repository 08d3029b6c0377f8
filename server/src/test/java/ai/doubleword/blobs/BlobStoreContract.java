package ai.doubleword.blobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What every store keeps to.
abstract class BlobStoreContract {
    private static final AtomicInteger IDS = new AtomicInteger();

    abstract BlobStore store() throws IOException;

    private static BlobName fresh() {
        return BlobName.of("input", 0xabc_0000L + IDS.incrementAndGet());
    }

    @Test
    void aBlobIsThereOnceItIsCommittedAndNotBefore() throws IOException {
        BlobName name = fresh();
        try (BlobWriter writer = store().create(name)) {
            writer.write("xhello!x".getBytes(UTF_8), 1, 6);
            assertThat(store().exists(name)).isFalse();
            assertThat(writer.commit()).isEqualTo(6);
        }
        assertThat(store().find(name)).hasValueSatisfying(info -> {
            assertThat(info.bytes()).isEqualTo(6);
            assertThat(info.name()).isEqualTo(name);
        });
        assertThat(text(name, 0, 100)).isEqualTo("hello!");
    }

    @Test
    void aBlobThatIsNotCommittedLeavesNothing() throws IOException {
        BlobName name = fresh();
        try (BlobWriter writer = store().create(name)) {
            writer.write(new byte[6_000_000], 0, 6_000_000);
        }
        assertThat(store().exists(name)).isFalse();
        assertThatThrownBy(() -> store().read(name, 0, 1).close()).isInstanceOf(BlobMissingException.class);
    }

    @Test
    void aNameIsWrittenOnce() throws IOException {
        BlobName name = put("first");
        try (BlobWriter writer = store().create(name)) {
            writer.write("second".getBytes(UTF_8), 0, 6);
            assertThatThrownBy(writer::commit).isInstanceOf(BlobExistsException.class);
        }
        assertThat(text(name, 0, 100)).isEqualTo("first");
    }

    @Test
    void anyRunOfBytesIsRead() throws IOException {
        BlobName name = put("0123456789");
        assertThat(text(name, 3, 4)).isEqualTo("3456");
        assertThat(text(name, 8, 100)).isEqualTo("89");
        assertThat(text(name, 10, 5)).isEmpty();
        assertThat(text(name, 5, 0)).isEmpty();
        assertThat(store().readFully(name, 9, 1)).isEqualTo("9".getBytes(UTF_8));
        assertThatThrownBy(() -> store().readFully(name, 9, 2)).isInstanceOf(IOException.class);
    }

    @Test
    void aLargeBlobComesBackAsItWas() throws IOException {
        byte[] bytes = new byte[17_000_003];
        new Random(3).nextBytes(bytes);
        BlobName name = fresh();
        try (BlobWriter writer = store().create(name)) {
            for (int from = 0; from < bytes.length; from += 65_536) {
                writer.write(bytes, from, Math.min(65_536, bytes.length - from));
            }
            assertThat(writer.commit()).isEqualTo(bytes.length);
        }
        assertThat(store().readFully(name, 0, bytes.length)).isEqualTo(bytes);
        assertThat(store().readFully(name, 12_345_678, 1_000))
                .isEqualTo(Arrays.copyOfRange(bytes, 12_345_678, 12_346_678));
    }

    @Test
    void anEmptyBlobIsABlob() throws IOException {
        BlobName name = put("");
        assertThat(store().find(name))
                .hasValueSatisfying(info -> assertThat(info.bytes()).isZero());
        assertThat(text(name, 0, 10)).isEmpty();
    }

    @Test
    void aDeletedBlobIsGoneAndDeletingItAgainIsNothing() throws IOException {
        BlobName name = put("x");
        store().delete(name);
        store().delete(name);
        assertThat(store().exists(name)).isFalse();
    }

    @Test
    void slicesAreComposedInTheirOrder() throws IOException {
        BlobName one = put("abcdef");
        BlobName two = put("123456");
        BlobName whole = fresh();
        long bytes = store().compose(
                        whole, List.of(new BlobSlice(two, 2, 3), new BlobSlice(one, 0, 2), new BlobSlice(two, 0, 1)));
        assertThat(bytes).isEqualTo(6);
        assertThat(text(whole, 0, 100)).isEqualTo("345ab1");
        assertThatThrownBy(() -> store().compose(fresh(), List.of(new BlobSlice(one, 4, 3))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theBlobsOfAKindAreListed() throws IOException {
        List<BlobName> put = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            BlobName name = new BlobName("listed", "id-" + i);
            try (BlobWriter writer = store().create(name)) {
                writer.commit();
            }
            put.add(name);
        }
        List<BlobName> found = new ArrayList<>();
        store().list("listed", info -> found.add(info.name()));
        assertThat(found).containsExactlyInAnyOrderElementsOf(put);
        store().list("never", info -> assertThat(info).isNull());
    }

    @Test
    void aStoreThatWorksSaysSo() throws IOException {
        store().check();
    }

    BlobName put(String text) throws IOException {
        BlobName name = fresh();
        byte[] bytes = text.getBytes(UTF_8);
        try (BlobWriter writer = store().create(name)) {
            writer.write(bytes, 0, bytes.length);
            writer.commit();
        }
        return name;
    }

    String text(BlobName name, long offset, long bytes) throws IOException {
        try (InputStream in = store().read(name, offset, bytes)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
