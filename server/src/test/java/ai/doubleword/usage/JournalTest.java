package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.usage.RecordCodec.UnknownVersionException;
import ai.doubleword.usage.UsageConfig.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private final UsageRecords rows = new UsageRecords(1);
    private final List<Journal> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Journal::close);
    }

    @Test
    void tellsTheCallerOnceTheRecordIsInTheFile() throws Exception {
        Journal journal = open(64 * MIB, Durability.PROCESS);
        CountDownLatch durable = new CountDownLatch(1);
        UsageRecord row = rows.chat();
        assertThat(journal.reserve()).isTrue();
        journal.record(row, durable::countDown);
        assertThat(durable.await(10, TimeUnit.SECONDS)).isTrue();
        JournalFile file = journal.files().element();
        assertThat(read(file, file.written())).containsExactly(row);
    }

    @Test
    void underFsyncTellsTheCallerOnlyOfWhatTheDiskHas() throws Exception {
        Journal journal = open(64 * MIB, Durability.FSYNC);
        for (int i = 0; i < 100; i++) {
            CountDownLatch durable = new CountDownLatch(1);
            ConcurrentLinkedQueue<Long> forced = new ConcurrentLinkedQueue<>();
            journal.reserve();
            journal.record(rows.chat(), () -> {
                forced.add(journal.files().element().forced());
                durable.countDown();
            });
            assertThat(durable.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(forced.element()).isEqualTo(journal.files().element().written());
        }
    }

    @Test
    void manyThreadsRecordAtOnceAndNothingIsLostOrReordered() throws Exception {
        Journal journal = open(64 * MIB, Durability.PROCESS);
        AtomicInteger told = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            UsageRecords mine = new UsageRecords(t);
            int account = t + 1;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 5_000; i++) {
                    journal.reserve();
                    journal.record(mine.chat(account, 7), told::incrementAndGet);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        journal.close();
        assertThat(told).hasValue(20_000);
        List<UsageRecord> kept = readAll(journal);
        for (int t = 0; t < 4; t++) {
            UsageRecords again = new UsageRecords(t);
            int account = t + 1;
            List<UsageRecord> own =
                    kept.stream().filter(row -> row.account() == account).toList();
            assertThat(own).hasSize(5_000);
            assertThat(own).isSortedAccordingTo((a, b) -> Long.compare(a.id(), b.id()));
            assertThat(own.getFirst().usage()).isEqualTo(again.chat(account, 7).usage());
        }
    }

    @Test
    @Tag("S-19")
    void aFullJournalRefusesNewRequestsButStillRecordsAdmittedOnes() throws Exception {
        Journal journal = open(100 * JournalSpace.RESERVATION, Durability.PROCESS);
        int admitted = 0;
        while (journal.reserve()) {
            admitted++;
        }
        assertThat(admitted).isEqualTo(100);
        journal.release();
        assertThat(journal.reserve()).isTrue();
        CountDownLatch durable = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            journal.record(rows.chat(), durable::countDown);
        }
        assertThat(durable.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(readAll(journal)).hasSize(100);
        assertThat(journal.reserve())
                .as("records are smaller than their reservations")
                .isTrue();
    }

    @Test
    void refusalsForRateBecomeOneRowPerKeyAndSecond() throws Exception {
        AtomicInteger told = new AtomicInteger();
        Clock fixed = Clock.fixed(Instant.parse("2026-05-01T12:00:00Z"), ZoneOffset.UTC);
        Journal journal = open(64 * MIB, Durability.PROCESS, fixed);
        UsageRecords sameSecond = new UsageRecords(5, fixed);
        for (int i = 0; i < 300; i++) {
            journal.reserve();
            journal.record(sameSecond.refused(i % 3 == 0 ? "key0000000AB" : "key0000000CD"), told::incrementAndGet);
        }
        journal.close();
        assertThat(told).hasValue(300);
        List<UsageRecord> kept = readAll(journal);
        assertThat(kept).extracting(UsageRecord::count).containsExactly(100, 200);
        assertThat(journal.space().taken()).isEqualTo(bytes(journal));
    }

    @Test
    void aNewStartWritesNewFilesAndFindsTheOldOnes() throws Exception {
        Journal first = open(64 * MIB, Durability.PROCESS);
        first.reserve();
        UsageRecord row = rows.chat();
        first.record(row, () -> {});
        first.close();
        first.files().element().close();
        Journal second = open(64 * MIB, Durability.PROCESS);
        assertThat(second.files()).hasSize(2);
        JournalFile left = second.files().element();
        assertThat(left.id()).isEqualTo(first.files().element().id());
        assertThat(left.sealed()).isTrue();
        assertThat(read(left, left.forced())).containsExactly(row);
        assertThat(second.space().taken()).isEqualTo(left.written());
    }

    @Test
    void nobodyAdoptsTheFilesOfALivingJournal() throws Exception {
        open(64 * MIB, Durability.PROCESS);
        assertThat(Journal.orphans(directory)).isEmpty();
    }

    @Test
    void aFullFileIsSealedAndTheNextBegun() throws Exception {
        Journal journal = open(MIB, Durability.PROCESS);
        for (int i = 0; i < 2_000; i++) {
            assertThat(journal.reserve()).isTrue();
            CountDownLatch durable = new CountDownLatch(1);
            journal.record(rows.chat(), durable::countDown);
            assertThat(durable.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(journal.files().size()).isGreaterThan(2);
        assertThat(readAll(journal)).hasSize(2_000);
    }

    private Journal open(long bytes, Durability durability) throws IOException {
        return open(bytes, durability, Clock.systemUTC());
    }

    private Journal open(long bytes, Durability durability, Clock clock) throws IOException {
        Journal journal = new Journal(directory, bytes, durability, clock, new Random(opened.size()));
        opened.add(journal);
        return journal;
    }

    private static long bytes(Journal journal) {
        return journal.files().stream().mapToLong(JournalFile::written).sum();
    }

    private static List<UsageRecord> readAll(Journal journal) throws Exception {
        List<UsageRecord> all = new ArrayList<>();
        for (JournalFile file : journal.files()) {
            all.addAll(read(file, file.written()));
        }
        return all;
    }

    private static List<UsageRecord> read(JournalFile file, long end) throws IOException, UnknownVersionException {
        ByteBuffer buffer = ByteBuffer.allocate((int) end);
        file.read(buffer, 0, end);
        buffer.flip();
        CRC32C crc = new CRC32C();
        List<UsageRecord> read = new ArrayList<>();
        for (UsageRecord row = RecordCodec.decode(buffer, crc); row != null; row = RecordCodec.decode(buffer, crc)) {
            read.add(row);
        }
        return read;
    }
}
