package ai.doubleword.usage;

import ai.doubleword.platform.Ids;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Usage rows and what they add to the rollups, gathered to be written by one transaction of the caller's: the drain's
/// and that of a batch's results. Confined to one thread; made to be used again.
public final class UsageGroup {
    private static final String NO_PARTITION = "23514";

    private final Drain.Days places;
    private final CopyRows copy = new CopyRows();
    private final Rollups rollups = new Rollups();
    private final Set<LocalDate> days = new HashSet<>();
    private long lastDay;
    private int rows;

    UsageGroup(Drain.Days places) {
        this.places = places;
        clear();
    }

    /// Begins anew.
    public void clear() {
        copy.clear();
        rollups.clear();
        days.clear();
        lastDay = -1;
        rows = 0;
    }

    public void add(UsageRecord row) {
        copy.add(row);
        rollups.add(row);
        rows++;
        long day = Math.floorDiv(Ids.millis(row.id()), TimeUnit.DAYS.toMillis(1));
        if (day != lastDay) {
            days.add(LocalDate.ofEpochDay(day));
            lastDay = day;
        }
    }

    /// How many rows there are.
    public int rows() {
        return rows;
    }

    /// Makes sure that the rows have a place; before the transaction, for it commits by itself.
    public void prepare() throws SQLException {
        places.ensure(days);
    }

    /// Writes rows and rollups in the connection's transaction, once, as its last part but for the commit: the rollups'
    /// rows are locked until then.
    public void write(Connection connection) throws SQLException {
        if (rows == 0) {
            return;
        }
        try {
            UsageGroupStore.copy(connection, copy.finish());
        } catch (SQLException e) {
            if (NO_PARTITION.equals(e.getSQLState())) {
                places.forget();
            }
            throw e;
        }
        UsageGroupStore.addHours(connection, rollups.hours());
        UsageGroupStore.addTargets(connection, rollups.targets());
    }
}
