package ai.doubleword.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/// The rule by which nodes share a pool's limit; a node applies it to what stands in the database, for itself, while no
/// other does. Nobody gets a slot that another still holds, so the slots that are held never are more than the limit,
/// but where it fell: then nobody gets any until enough have been given back. Everybody gets as much as it wants, or,
/// where that is too much, an even share of what is left by those that want less: first for what is planned, then for
/// the background tier. What nobody wants is lent out by halves, so that a node need not ask for each line more. What
/// does not divide goes round with time.
final class SlotSharing {
    private static final double LARGEST = 1_000_000;

    private SlotSharing() {}

    /// What is learnt of a pool's providers.
    ///
    /// @param lines that may run at once, at least 1
    /// @param slowStart whether they have never been without room
    record Limit(double lines, boolean slowStart) {}

    /// A node that takes part.
    ///
    /// @param wanted as in [Slots.Wish]
    /// @param spare as in [Slots.Wish]
    /// @param held slots that it may have begun lines in
    record Holder(String node, int wanted, int spare, int held) {}

    /// What comes of a wish.
    ///
    /// @param slots in which the node may begin lines
    /// @param held those, and more where more lines run than it has slots by now
    /// @param scarce whether all nodes together want all of the limit, or more
    record Decision(Limit limit, int slots, int held, boolean scarce) {}

    /// @param others whose leases have not ended
    /// @param turn a number that grows with time
    static Decision decide(Limit before, List<Holder> others, String node, Slots.Wish wish, long turn) {
        Limit limit = new Limit(
                Math.clamp(before.lines() + wish.earned() - wish.lost(), 1, LARGEST),
                before.slowStart() && wish.lost() == 0);
        int total = (int) limit.lines();
        List<Holder> all = new ArrayList<>(others);
        Holder self = new Holder(node, wish.wanted(), wish.spare(), 0);
        all.add(self);
        all.sort(Comparator.comparing(Holder::node));
        int[] given = new int[all.size()];
        int left = share(total, all, Holder::wanted, given, turn);
        left = share(left, all, Holder::spare, given, turn);
        int need = wish.wanted() + wish.spare();
        int lent = need == 0 ? 0 : Math.min(Math.max(need, Slots.START), left / 2);
        int free = total - others.stream().mapToInt(Holder::held).sum();
        int slots = Math.clamp(Math.min(given[all.indexOf(self)] + lent, free), 0, wish.cap());
        return new Decision(limit, slots, Math.max(slots, wish.running()), left == 0);
    }

    /// Gives each what it wants of something, or an even share.
    ///
    /// @param given what each has, to be added to
    /// @return what nobody wants
    private static int share(int total, List<Holder> all, ToIntFunction<Holder> wanted, int[] given, long turn) {
        int[] missing = all.stream().mapToInt(wanted).toArray();
        int left = total;
        while (left > 0) {
            int open = 0;
            for (int one : missing) {
                open += one > 0 ? 1 : 0;
            }
            if (open == 0) {
                break;
            }
            int each = Math.max(1, left / open);
            for (int i = 0; i < missing.length && left > 0; i++) {
                int at = Math.floorMod(i + turn, missing.length);
                int more = Math.min(Math.min(each, missing[at]), left);
                missing[at] -= more;
                given[at] += more;
                left -= more;
            }
        }
        return left;
    }
}
