package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    @Test
    void accountsThatAlwaysHaveWorkGetEqualTokensWhateverTheirLinesAre() {
        Property.holds(100, random -> {
            FairQueue queue = new FairQueue();
            int accounts = random.nextInt(2, 12);
            Map<Long, Long> got = new HashMap<>();
            for (long account = 1; account <= accounts; account++) {
                queue.join(account, 1);
            }
            for (int i = 0; i < 5_000; i++) {
                long next = queue.next(account -> true).orElseThrow();
                long tokens = next % 2 == 0 ? random.nextInt(1, 50) : random.nextInt(100, 1_000);
                queue.charge(next, tokens);
                got.merge(next, tokens, Long::sum);
            }
            long most = got.values().stream().mapToLong(Long::longValue).max().orElseThrow();
            long least = got.values().stream().mapToLong(Long::longValue).min().orElseThrow();
            assertThat(most - least).isLessThanOrEqualTo(2_000);
        });
    }

    @Test
    void whoeverComesLateGetsAShareFromThenOnAndNothingForTheTimeBefore() {
        FairQueue queue = new FairQueue();
        queue.join(1, 1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(queue.next(account -> true)).hasValue(1L);
            queue.charge(1, 100);
        }
        queue.join(2, 1);
        int second = 0;
        for (int i = 0; i < 100; i++) {
            long next = queue.next(account -> true).orElseThrow();
            queue.charge(next, 100);
            second += next == 2 ? 1 : 0;
        }
        assertThat(second).isBetween(49, 51);
    }

    @Test
    void nobodyWaitsWhileAnotherCannotUseItsTurn() {
        FairQueue queue = new FairQueue();
        queue.join(1, 1);
        queue.join(2, 1);
        queue.charge(2, 1_000_000);
        assertThat(queue.next(account -> account == 2)).hasValue(2L);
        assertThat(queue.next(account -> false)).isEmpty();
    }

    @Test
    void weightsDivideWhatIsThere() {
        FairQueue queue = new FairQueue();
        queue.join(1, 3);
        queue.join(2, 1);
        int first = 0;
        for (int i = 0; i < 4_000; i++) {
            long next = queue.next(account -> true).orElseThrow();
            queue.charge(next, 10);
            first += next == 1 ? 1 : 0;
        }
        assertThat(first).isBetween(2_990, 3_010);
    }

    @Test
    void goingAwayAndComingBackShedsNothingOfWhatWasTaken() {
        FairQueue queue = new FairQueue();
        queue.join(1, 1);
        queue.join(2, 1);
        int first = 0;
        for (int i = 0; i < 1_000; i++) {
            long next = queue.next(account -> true).orElseThrow();
            queue.charge(next, 10);
            if (next == 1) {
                first++;
                queue.leave(1);
                queue.join(1, 1);
            }
        }
        assertThat(first).isBetween(499, 501);
    }

    @Test
    void betweenTwoTurnsOfAnAccountEachOtherTakesTwiceItsLargestLineAtMost() {
        Property.holds(2_000, random -> {
            FairQueue queue = new FairQueue();
            int accounts = random.nextInt(2, 8);
            int largest = random.nextInt(1, 1_000);
            queue.join(1, 1);
            Map<Long, Long> since = new HashMap<>();
            for (int i = 0; i < 400; i++) {
                long other = random.nextLong(2, accounts + 1);
                if (random.nextBoolean()) {
                    queue.join(other, 1);
                } else {
                    queue.leave(other);
                }
                long next = queue.next(account -> true).orElseThrow();
                long tokens = random.nextInt(1, largest + 1);
                queue.charge(next, tokens);
                since.merge(next, tokens, Long::sum);
                if (next == 1) {
                    since.clear();
                }
                assertThat(since.values()).allSatisfy(taken -> assertThat(taken).isLessThanOrEqualTo(2L * largest));
            }
        });
    }
}
