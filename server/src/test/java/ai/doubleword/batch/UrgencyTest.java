package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Tier;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UrgencyTest {
    private static BatchWork work(long endMillis, long tokens) {
        BatchWork work = new BatchWork(Instant.ofEpochMilli(endMillis));
        work.waits(tokens);
        return work;
    }

    @Test
    void ofOneTierWhatMustBeginFirstIsFirstAlsoIfItsWindowEndsLater() {
        BatchWork small = work(100_000, 1_000);
        BatchWork large = work(200_000, 150_000);
        assertThat(small.latestStart(1_000)).isEqualTo(99_000);
        assertThat(large.latestStart(1_000)).isEqualTo(50_000);
        Urgency first = new Urgency(Tier.BATCH, large.latestStart(1_000), 2);
        assertThat(first).isLessThan(new Urgency(Tier.BATCH, small.latestStart(1_000), 1));
    }

    @Test
    void atAnUnknownSpeedTheWindowThatEndsFirstIsFirst() {
        assertThat(work(100_000, 1_000_000).latestStart(0)).isEqualTo(100_000);
    }

    @Test
    void tiersComeBeforeSlackAndNoDeadlineComesLast() {
        Urgency flex = new Urgency(Tier.FLEX, 5, 9);
        Urgency batch = new Urgency(Tier.BATCH, 1, 1);
        Urgency endless = new Urgency(Tier.BATCH, new BatchWork(null).latestStart(10), 1);
        assertThat(flex).isLessThan(batch);
        assertThat(batch).isLessThan(endless);
        assertThat(new Urgency(Tier.BATCH, 1, 1)).isLessThan(new Urgency(Tier.BATCH, 1, 2));
    }

    @Test
    void whatNobodyTookYetCountsAsMuchAsWhatWaitsHere() {
        BatchWork work = work(100_000, 10_000);
        work.elsewhere(40_000);
        assertThat(work.latestStart(1_000)).isEqualTo(50_000);
        work.waits(-10_000);
        assertThat(work.tokens()).isEqualTo(40_000);
    }

    @Test
    void lateIsWhatItsShareDoesNotSaveAndAllWould() {
        BatchWork work = work(1_000_000, 500_000);
        assertThat(work.late(500, 1_000, 1)).as("just too slow at half").isTrue();
        assertThat(work.late(550, 1_000, 1))
                .as("with less than a tenth to spare")
                .isTrue();
        assertThat(work.late(600, 1_000, 1)).as("its share is enough").isFalse();
        assertThat(work.late(300, 400, 1)).as("nothing would save it").isFalse();
        assertThat(work.late(0, 0, 1)).as("nothing is known").isFalse();
    }
}
