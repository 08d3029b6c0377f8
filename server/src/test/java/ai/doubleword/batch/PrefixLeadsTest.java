package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.batch.PrefixLeads.Place;
import ai.doubleword.jsonl.LineEndpoint;
import ai.doubleword.jsonl.LineEntry;
import org.junit.jupiter.api.Test;

class PrefixLeadsTest {
    private static final long GROUP = 7;
    private final PrefixLeads leads = new PrefixLeads();
    private long now = 100;

    private Place place(long account) {
        return leads.place(account, GROUP, now);
    }

    @Test
    void theFirstGoesAheadAndTheOthersFollowItsFirstAnswer() {
        assertThat(place(1)).isEqualTo(Place.LEADER);
        leads.begun(1, GROUP, "first", now);
        assertThat(place(1)).isEqualTo(Place.BESIDE);
        assertThat(leads.over(1, GROUP, "another", now)).isFalse();
        assertThat(place(1)).isEqualTo(Place.BESIDE);
        long before = leads.changes();
        assertThat(leads.over(1, GROUP, "first", now)).isTrue();
        assertThat(leads.changes()).isGreaterThan(before);
        assertThat(place(1)).isEqualTo(Place.FOLLOWER);
        assertThat(leads.over(1, GROUP, "first", now)).as("once").isFalse();
    }

    @Test
    void groupsOfAnotherAccountHaveNothingToDoWithIt() {
        leads.begun(1, GROUP, "first", now);
        assertThat(place(2)).isEqualTo(Place.LEADER);
    }

    @Test
    void nobodyWaitsForLong() {
        leads.begun(1, GROUP, "first", now);
        now += PrefixLeads.LONGEST_WAIT.toNanos() + 1;
        leads.look(now);
        assertThat(place(1)).isEqualTo(Place.FOLLOWER);
    }

    @Test
    void whatWasNotAskedForInAWhileIsReadAgain() {
        leads.begun(1, GROUP, "first", now);
        leads.over(1, GROUP, "first", now);
        now += PrefixLeads.KEPT.toNanos();
        leads.begun(1, GROUP, "second", now);
        now += PrefixLeads.KEPT.toNanos();
        assertThat(place(1)).as("the second kept it").isEqualTo(Place.FOLLOWER);
        now += 1;
        assertThat(place(1)).isEqualTo(Place.LEADER);
    }

    @Test
    void linesAreOfTheLongestBeginningThatAnotherShares() {
        long[] groups = PrefixGroups.of(new LineEntry[] {
            line(1, 10, 100, 1_000),
            line(1, 10, 100, 1_001),
            line(1, 10, 101, 1_002),
            line(1, 10, 101, 1_002),
            line(1, 11, 102, 1_003),
            line(1, 10, 103, 1_004)
        });
        assertThat(groups[0]).isEqualTo(groups[1]).isNotZero();
        assertThat(groups[2]).isEqualTo(groups[3]).isNotEqualTo(groups[0]);
        assertThat(groups[4]).as("64 bytes are not worth a wait").isZero();
        assertThat(groups[5]).as("it shares 256 bytes").isNotZero();
    }

    private static LineEntry line(int at64, int at256, int at1k, int at4k) {
        return new LineEntry(
                1, 0, 1, 0, 1, 0, LineEndpoint.CHAT, "gpt", 1, 0, new LineEntry.Prefixes(at64, at256, at1k, at4k));
    }
}
