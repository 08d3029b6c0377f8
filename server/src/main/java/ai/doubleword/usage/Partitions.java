package ai.doubleword.usage;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/// Keeps a week of days ahead in the request log, and drops those past retention. Days of UTC. Thread-safe.
final class Partitions implements Drain.Days {
    private static final Logger LOG = Logger.getLogger(Partitions.class);
    private static final int DAYS_AHEAD = 7;

    private final PartitionStore store;
    private final Clock clock;
    private final Duration retention;
    private final Duration rollupRetention;
    private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();

    Partitions(PartitionStore store, Clock clock, Duration retention, Duration rollupRetention) {
        this.store = store;
        this.clock = clock;
        this.retention = retention;
        this.rollupRetention = rollupRetention;
    }

    /// Makes the days ahead.
    ///
    /// @throws JdbiException if PostgreSQL is away
    void makeAhead() {
        Set<LocalDate> wanted = new HashSet<>();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        for (int i = 0; i <= DAYS_AHEAD; i++) {
            wanted.add(today.plusDays(i));
        }
        known.addAll(store.days());
        make(wanted);
    }

    /// Drops what is past its retention, a day at a time.
    ///
    /// @throws JdbiException if PostgreSQL is away
    void dropOld() {
        LocalDate oldest = LocalDate.ofInstant(clock.instant().minus(retention), ZoneOffset.UTC);
        for (LocalDate day : store.days()) {
            if (day.isBefore(oldest)) {
                known.remove(day);
                store.drop(day);
                LOG.infof("Dropped the request log of %s", day);
            }
        }
        store.dropRollups(LocalDate.ofInstant(clock.instant().minus(rollupRetention), ZoneOffset.UTC));
    }

    /// Days that were not made ahead: records of an old journal, or of a clock gone wrong.
    @Override
    public void ensure(Set<LocalDate> days) throws SQLException {
        if (known.containsAll(days)) {
            return;
        }
        try {
            make(days);
        } catch (JdbiException e) {
            throw new SQLException("no partition could be made for a day of " + days, e);
        }
    }

    @Override
    public void forget() {
        known.clear();
    }

    private void make(Set<LocalDate> days) {
        for (LocalDate day : days) {
            if (!known.contains(day)) {
                store.make(day);
                known.add(day);
            }
        }
    }
}
