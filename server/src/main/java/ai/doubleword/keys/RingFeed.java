package ai.doubleword.keys;

import ai.doubleword.platform.ChangeFeed;
import ai.doubleword.platform.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Keeps a [KeyRing] true to PostgreSQL, by one complete load and then by what changed, and writes down when keys were
/// last used. Its reading is done by the one thread of its [ChangeFeed].
final class RingFeed implements ChangeFeed.Reader, KeyRing.Clocks, AutoCloseable {
    private static final int USES_AT_ONCE = 1_000;
    private static final int MOST_USES = 10_000;

    private final KeyRing ring;
    private final ChangeFeed feed;
    private final Database database;
    private final Timer revocation;

    // Of the feed's thread alone.
    private final Map<Long, RingEntry.AccountTerms> accounts = new HashMap<>();
    private final Map<Long, RingEntry.Maker> makers = new HashMap<>();
    private final Map<Long, Long> seen = new HashMap<>();
    private long horizon;
    private long serial;
    private int generation;

    RingFeed(
            Database database,
            ChangeFeed.Connector connector,
            Peppers peppers,
            Clock clock,
            KeysConfig config,
            MeterRegistry metrics) {
        this.database = database;
        this.ring = new KeyRing(peppers, clock, this, config.outageLease());
        this.feed = new ChangeFeed("keys", "key_change", config.poll(), connector, this, System::nanoTime);
        this.revocation = Timer.builder("doubleword.key.revocation")
                .description("From the revocation of a key to its end on this node")
                .publishPercentiles(0.5, 0.99)
                .register(metrics);
        Gauge.builder("doubleword.key.ring.keys", ring, KeyRing::size)
                .description("Keys in memory, ended ones of the last 30 days included")
                .register(metrics);
        Gauge.builder("doubleword.key.ring.age", this, it -> it.ageNanos() / 1e9)
                .description("How long ago the keys in memory were certainly true")
                .baseUnit("seconds")
                .register(metrics);
        Gauge.builder("doubleword.key.ring.outage", this, it -> it.outage(Duration.ofSeconds(10)) ? 1 : 0)
                .description("1 while PostgreSQL is out of reach and keys live on their lease")
                .register(metrics);
    }

    KeyRing ring() {
        return ring;
    }

    /// Loads all keys, then goes on in the background.
    void start() throws SQLException {
        feed.start();
    }

    @Override
    public void close() {
        feed.close();
    }

    @Override
    public long ageNanos() {
        return feed.ageNanos();
    }

    @Override
    public boolean outage(Duration recent) {
        return feed.outage(recent);
    }

    @Override
    public CompletionStage<Boolean> refresh() {
        return feed.refresh();
    }

    @Override
    public void load(Connection connection) throws SQLException {
        horizon = RingStore.horizon(connection);
        seen.clear();
        generation++;
        RingStore.load(connection, (row, terms, disabled) -> put(row, terms, disabled));
        ring.sweep(generation);
    }

    @Override
    public void read(Connection connection) throws SQLException {
        RingStore.Changes changes = RingStore.changes(connection, horizon, seen.keySet());
        Map<String, Double> keys = new HashMap<>();
        Set<Long> changedAccounts = new HashSet<>();
        Set<Long> changedUsers = new HashSet<>();
        for (RingStore.Change change : changes.changes()) {
            switch (change.kind()) {
                case "key" -> keys.put(change.subject(), change.ageSeconds());
                case "account" -> changedAccounts.add(Long.valueOf(change.subject()));
                default -> changedUsers.add(Long.valueOf(change.subject()));
            }
        }
        readAccounts(connection, changedAccounts);
        readUsers(connection, changedUsers);
        if (!keys.isEmpty()) {
            readKeys(connection, keys);
        }
        for (RingStore.Change change : changes.changes()) {
            seen.put(change.id(), change.xid());
        }
        horizon = changes.horizon();
        seen.values().removeIf(xid -> xid < horizon);
    }

    /// Writes down when keys were last used: so many keys a call, in short statements, so that PostgreSQL gets to other
    /// work in between however many keys are in use; the rest waits for the next call. Blocking.
    void saveUses() {
        int left = MOST_USES;
        while (left > 0 && saveSomeUses()) {
            left -= USES_AT_ONCE;
        }
    }

    /// @return whether there may be more
    private boolean saveSomeUses() {
        Map<RingEntry, ApiKey.LastUse> uses = new HashMap<>();
        while (uses.size() < USES_AT_ONCE) {
            RingEntry entry = ring.pollUsed();
            if (entry == null) {
                break;
            }
            ApiKey.LastUse use = entry.takeUse();
            if (use != null) {
                uses.put(entry, use);
            }
        }
        if (uses.isEmpty()) {
            return false;
        }
        try {
            database.engine().useHandle(handle -> RingStore.saveUses(handle, uses));
        } catch (RuntimeException e) {
            uses.forEach(ring::noteUse);
            throw e;
        }
        return uses.size() == USES_AT_ONCE;
    }

    /// Drops changes that are long known everywhere. Blocking.
    void prune() {
        database.engine().useHandle(RingStore::prune);
    }

    private void readKeys(Connection connection, Map<String, Double> keys) throws SQLException {
        long started = System.nanoTime();
        Set<String> gone = new HashSet<>(keys.keySet());
        RingStore.load(connection, keys.keySet(), (row, terms, disabled) -> {
            gone.remove(row.id());
            if (put(row, terms, disabled)) {
                double age = keys.getOrDefault(row.id(), 0.0);
                revocation.record((long) (age * 1e9) + System.nanoTime() - started, TimeUnit.NANOSECONDS);
            }
        });
        gone.forEach(ring::remove);
    }

    private boolean put(RingEntry.Row row, RingEntry.Terms terms, boolean disabled) {
        RingEntry.AccountTerms account =
                accounts.computeIfAbsent(row.account(), id -> new RingEntry.AccountTerms(terms));
        update(account, terms);
        RingEntry.Maker maker = makers.computeIfAbsent(row.createdBy(), id -> new RingEntry.Maker(disabled));
        maker.disabled = disabled;
        RingEntry before = ring.entry(row.id());
        if (before != null && before.row.version() == row.version()) {
            before.generation = generation;
            return false;
        }
        RingEntry entry = new RingEntry(row, account, maker);
        entry.generation = generation;
        return ring.put(entry);
    }

    private void update(RingEntry.AccountTerms account, RingEntry.Terms terms) {
        RingEntry.Terms before = account.terms;
        if (!before.rates().equals(terms.rates()) || !before.groups().equals(terms.groups())) {
            serial++;
            account.terms = new RingEntry.Terms(terms.rates(), terms.groups(), serial);
        }
    }

    private void readAccounts(Connection connection, Set<Long> changed) throws SQLException {
        changed.retainAll(accounts.keySet());
        if (!changed.isEmpty()) {
            RingStore.terms(connection, changed, 0)
                    .forEach((id, terms) -> accounts.computeIfPresent(id, (key, account) -> {
                        update(account, terms);
                        return account;
                    }));
        }
    }

    private void readUsers(Connection connection, Set<Long> changed) throws SQLException {
        changed.retainAll(makers.keySet());
        if (!changed.isEmpty()) {
            Set<Long> disabled = RingStore.disabled(connection, changed);
            makers.forEach((user, maker) -> {
                if (changed.contains(user)) {
                    maker.disabled = disabled.contains(user);
                }
            });
        }
    }
}
