package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.usage.RecordCodec.UnknownVersionException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private final long seed = System.nanoTime();
    private final UsageRecords rows = new UsageRecords(seed);
    private final CRC32C crc = new CRC32C();

    @Test
    void everyRecordComesBackAsItWas() throws UnknownVersionException {
        ByteBuffer buffer = ByteBuffer.allocate(RecordCodec.MAX_FRAME);
        for (int i = 0; i < 5_000; i++) {
            UsageRecord row = rows.any();
            RecordCodec.encode(row, buffer.clear(), crc);
            assertThat(RecordCodec.decode(buffer.flip(), crc))
                    .as("seed %d", seed)
                    .isEqualTo(row);
            assertThat(buffer.remaining()).isZero();
        }
    }

    @Test
    void aTailTornAtAnyByteIsCutAndWhatStoodBeforeItIsRead() throws UnknownVersionException {
        List<UsageRecord> written = List.of(rows.chat(), rows.failed(), rows.chat());
        ByteBuffer buffer = ByteBuffer.allocate(3 * RecordCodec.MAX_FRAME);
        List<Integer> ends = new ArrayList<>();
        for (UsageRecord row : written) {
            RecordCodec.encode(row, buffer, crc);
            ends.add(buffer.position());
        }
        for (int cut = 0; cut <= buffer.position(); cut++) {
            int at = cut;
            long whole = ends.stream().filter(end -> end <= at).count();
            assertThat(readAll(buffer.duplicate().position(cut).flip()))
                    .as("cut at %d", cut)
                    .isEqualTo(written.subList(0, (int) whole));
        }
    }

    @Test
    void zeroesAfterTheLastRecordReadAsTheEnd() throws UnknownVersionException {
        ByteBuffer buffer = ByteBuffer.allocate(4 * RecordCodec.MAX_FRAME);
        UsageRecord row = rows.chat();
        RecordCodec.encode(row, buffer, crc);
        assertThat(readAll(buffer.position(buffer.capacity()).flip())).containsExactly(row);
    }

    @Test
    @Tag("S-22")
    void aFlippedBitNeverReadsAsAnotherRecord() throws UnknownVersionException {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            ByteBuffer buffer = ByteBuffer.allocate(RecordCodec.MAX_FRAME);
            UsageRecord row = rows.any();
            RecordCodec.encode(row, buffer, crc);
            int at = random.nextInt(buffer.position());
            buffer.put(at, (byte) (buffer.get(at) ^ 1 << random.nextInt(8)));
            assertThat(RecordCodec.decode(buffer.flip(), crc))
                    .as("seed %d", seed)
                    .isNull();
        }
    }

    @Test
    void aRecordOfANewerVersionIsAnErrorNotAnEnd() {
        ByteBuffer buffer = ByteBuffer.allocate(RecordCodec.MAX_FRAME);
        RecordCodec.encode(rows.chat(), buffer, crc);
        buffer.flip().put(8, (byte) 2);
        crc.reset();
        crc.update(buffer.duplicate().position(8));
        buffer.putInt(4, (int) crc.getValue());
        assertThatThrownBy(() -> RecordCodec.decode(buffer, crc))
                .isInstanceOf(UnknownVersionException.class)
                .hasMessageContaining("newer release");
    }

    private List<UsageRecord> readAll(ByteBuffer in) throws UnknownVersionException {
        List<UsageRecord> read = new ArrayList<>();
        for (UsageRecord row = RecordCodec.decode(in, crc); row != null; row = RecordCodec.decode(in, crc)) {
            read.add(row);
        }
        return read;
    }
}
