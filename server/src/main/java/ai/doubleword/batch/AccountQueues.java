package ai.doubleword.batch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What waits, by account, each account's in the order it came. Confined to one thread, or to a lock of its owner's.
final class AccountQueues<T> {
    private final Map<Long, Deque<T>> queues = new HashMap<>();
    private int count;

    void add(long account, T one) {
        queues.computeIfAbsent(account, absent -> new ArrayDeque<>()).add(one);
        count++;
    }

    /// Takes the first of an account that [#has] some.
    T take(long account) {
        Deque<T> own = Objects.requireNonNull(queues.get(account), "an account whose turn it is has something waiting");
        T first = own.remove();
        left(account, own);
        return first;
    }

    /// Takes one out wherever it stands; nothing where it does not wait.
    void remove(long account, T one) {
        Deque<T> own = queues.get(account);
        if (own != null && own.remove(one)) {
            left(account, own);
        }
    }

    private void left(long account, Deque<T> own) {
        count--;
        if (own.isEmpty()) {
            queues.remove(account);
        }
    }

    boolean has(long account) {
        return queues.containsKey(account);
    }

    /// The accounts that have something waiting, as they are now and later.
    Set<Long> accounts() {
        return queues.keySet();
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return queues.isEmpty();
    }
}
