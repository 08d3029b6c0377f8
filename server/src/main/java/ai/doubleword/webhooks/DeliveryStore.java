package ai.doubleword.webhooks;

import ai.doubleword.platform.AccountEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of events on their way. Each method is one statement on the caller's handle. Whoever locks an endpoint and its
/// deliveries locks the endpoint first.
final class DeliveryStore {
    private static final String ROW = """
            SELECT d.endpoint, d.event, v.type, v.body, d.state, d.attempts, v.created_at, d.due_at,
                   a.no, a.at, a.millis, a.status, a.answer, a.problem
              FROM webhook_delivery d
              JOIN webhook_event v ON v.id = d.event
              LEFT JOIN LATERAL (SELECT * FROM webhook_attempt a
                                  WHERE a.endpoint = d.endpoint AND a.event = d.event
                                  ORDER BY a.no DESC FETCH FIRST ROW ONLY) a ON true
            """;

    private DeliveryStore() {}

    /// What endpoints of an account ask for.
    record Wanted(long account, String type) {}

    /// Which of these types of events some endpoint of these accounts wants, whoever's doing they are.
    static Set<Wanted> wanted(Handle handle, Collection<Long> accounts, Collection<String> types) {
        return handle.createQuery("""
                        SELECT DISTINCT e.account_id, t.type
                          FROM webhook_endpoint e
                          JOIN unnest(:types) AS t (type) ON e.event_types = '{}' OR t.type = ANY(e.event_types)
                         WHERE e.account_id = ANY(:accounts) AND e.enabled
                        """)
                .bindArray("types", String.class, types)
                .bindArray("accounts", Long.class, accounts)
                .map((row, context) -> new Wanted(row.getLong(1), row.getString(2)))
                .set();
    }

    /// An event as it is sent.
    record Written(long id, AccountEvent event, String body) {}

    /// Adds events, each with a delivery for each endpoint that wants it; nothing where none does.
    ///
    /// @return how many deliveries
    static int emit(Handle handle, List<Written> events, Instant now) {
        return handle.createUpdate("""
                        WITH happened AS (
                            SELECT * FROM unnest(:ids, :accounts, :members, :types, :bodies)
                                AS h (id, account_id, member, type, body)),
                        wanting AS (
                            SELECT e.id AS endpoint, h.id AS event, h.account_id
                              FROM happened h JOIN webhook_endpoint e ON e.account_id = h.account_id
                             WHERE e.enabled
                               AND (e.event_types = '{}' OR h.type = ANY(e.event_types))
                               AND (e.scope = 'account' OR e.maker = h.member)
                               FOR KEY SHARE OF e),
                        written AS (
                            INSERT INTO webhook_event (id, account_id, type, body, created_at)
                            SELECT id, account_id, type, body, :now FROM happened
                             WHERE id IN (SELECT event FROM wanting))
                        INSERT INTO webhook_delivery (endpoint, event, account_id, due_at)
                        SELECT endpoint, event, account_id, :now FROM wanting
                        """)
                .bindArray("ids", Long.class, events.stream().map(Written::id).toList())
                .bindArray(
                        "accounts",
                        Long.class,
                        events.stream()
                                .map(written -> written.event().account())
                                .toList())
                .bindArray(
                        "members",
                        Long.class,
                        events.stream().map(written -> written.event().member()).toList())
                .bindArray(
                        "types",
                        String.class,
                        events.stream()
                                .map(written -> written.event().type().wire())
                                .toList())
                .bindArray(
                        "bodies",
                        String.class,
                        events.stream().map(Written::body).toList())
                .bind("now", now)
                .execute();
    }

    /// Adds an event for one endpoint alone, whatever that wants.
    static void insert(Handle handle, long endpoint, long id, AccountEvent event, String body, Instant now) {
        handle.createUpdate("""
                        WITH happened AS (
                            INSERT INTO webhook_event (id, account_id, type, body, created_at)
                            VALUES (:id, :account, :type, :body, :now))
                        INSERT INTO webhook_delivery (endpoint, event, account_id, due_at)
                        VALUES (:endpoint, :id, :account, :now)
                        """)
                .bind("endpoint", endpoint)
                .bind("id", id)
                .bind("account", event.account())
                .bind("type", event.type().wire())
                .bind("body", body)
                .bind("now", now)
                .execute();
    }

    /// A delivery that a node has taken, with what sending it needs.
    ///
    /// @param attempt its number, which fences: a node that comes back late has an older one
    /// @param failures in a row before it
    record Due(
            long endpoint,
            long event,
            long account,
            int attempt,
            int failures,
            String url,
            String body,
            WebhookStore.Sealed secrets) {}

    /// Takes deliveries that are due, so that no other node does until a time: a few of each endpoint, however many one
    /// has, and of those the longest waiting. Reads one row for each endpoint that has something waiting.
    ///
    /// @param busy endpoints that are to be left out
    static List<Due> take(Handle handle, Collection<Long> busy, int each, int most, Instant now, Instant until) {
        return handle.createQuery("""
                        WITH RECURSIVE waiting AS (
                            (SELECT endpoint FROM webhook_delivery WHERE state = 'waiting'
                              ORDER BY endpoint FETCH FIRST ROW ONLY)
                            UNION ALL
                            SELECT (SELECT d.endpoint FROM webhook_delivery d
                                     WHERE d.state = 'waiting' AND d.endpoint > w.endpoint
                                     ORDER BY d.endpoint FETCH FIRST ROW ONLY)
                              FROM waiting w WHERE w.endpoint IS NOT NULL),
                        due AS MATERIALIZED (
                            SELECT d.endpoint, d.event
                              FROM waiting w
                             CROSS JOIN LATERAL (
                                   SELECT endpoint, event, due_at FROM webhook_delivery
                                    WHERE endpoint = w.endpoint AND state = 'waiting' AND due_at <= :now
                                    ORDER BY due_at, event FETCH FIRST :each ROWS ONLY FOR UPDATE SKIP LOCKED) d
                             WHERE w.endpoint <> ALL(:busy)
                             ORDER BY d.due_at, d.event FETCH FIRST :most ROWS ONLY)
                        UPDATE webhook_delivery d SET attempts = d.attempts + 1, due_at = :until
                          FROM due, webhook_endpoint e, webhook_event v
                         WHERE d.endpoint = due.endpoint AND d.event = due.event
                           AND e.id = d.endpoint AND v.id = d.event
                        RETURNING d.endpoint, d.event, d.account_id, d.attempts, d.failures, e.url, v.body, e.secret,
                                  e.previous_secret, e.previous_until
                        """)
                .bindArray("busy", Long.class, busy)
                .bind("each", each)
                .bind("most", most)
                .bind("now", now)
                .bind("until", until)
                .map((row, context) -> new Due(
                        row.getLong("endpoint"),
                        row.getLong("event"),
                        row.getLong("account_id"),
                        row.getInt("attempts"),
                        row.getInt("failures"),
                        row.getString("url"),
                        row.getString("body"),
                        WebhookStore.sealed(row)))
                .list();
    }

    /// When something is due next.
    static Optional<Instant> next(Handle handle) {
        return handle.createQuery("""
                        SELECT due_at FROM webhook_delivery WHERE state = 'waiting' ORDER BY due_at FETCH FIRST ROW ONLY
                        """)
                .map((row, context) -> row.getTimestamp(1).toInstant())
                .findOne();
    }

    /// Notes an attempt; one that is noted already stays as it is.
    static void log(Handle handle, Due due, Delivery.Attempt attempt) {
        handle.createUpdate("""
                        INSERT INTO webhook_attempt (endpoint, event, no, account_id, at, millis, status, answer, problem)
                        VALUES (:endpoint, :event, :no, :account, :at, :millis, :status, :answer, :problem)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("endpoint", due.endpoint())
                .bind("event", due.event())
                .bind("no", attempt.no())
                .bind("account", due.account())
                .bind("at", attempt.at())
                .bind("millis", attempt.millis())
                .bind(
                        "status",
                        attempt.status().isPresent()
                                ? (Integer) attempt.status().getAsInt()
                                : null)
                .bind("answer", attempt.answer())
                .bind("problem", attempt.problem())
                .execute();
    }

    /// Says what became of an attempt, unless its lease was lost.
    ///
    /// @param next when to try again; null where it has ended
    static void settle(
            Handle handle, Due due, Delivery.State state, int failures, @Nullable Instant next, Instant now) {
        handle.createUpdate("""
                        UPDATE webhook_delivery SET state = :state, failures = :failures,
                               due_at = coalesce(:next, due_at), ended_at = CASE WHEN :state = 'waiting' THEN NULL
                                                                                 ELSE :now::timestamptz END
                         WHERE endpoint = :endpoint AND event = :event AND attempts = :attempt AND state = 'waiting'
                        """)
                .bind("endpoint", due.endpoint())
                .bind("event", due.event())
                .bind("attempt", due.attempt())
                .bind("state", state.wire())
                .bind("failures", failures)
                .bind("next", next)
                .bind("now", now)
                .execute();
    }

    /// Ends what waits for an endpoint.
    static void cancel(Handle handle, long endpoint, Instant now) {
        handle.createUpdate("""
                        UPDATE webhook_delivery SET state = 'cancelled', ended_at = :now
                         WHERE endpoint = :endpoint AND state = 'waiting'
                        """).bind("endpoint", endpoint).bind("now", now).execute();
    }

    /// Has a delivery sent again at once.
    static int again(Handle handle, long account, long endpoint, long event, Instant now) {
        return handle.createUpdate("""
                        UPDATE webhook_delivery SET state = 'waiting', failures = 0, due_at = :now, ended_at = NULL
                         WHERE account_id = :account AND endpoint = :endpoint AND event = :event
                        """)
                .bind("account", account)
                .bind("endpoint", endpoint)
                .bind("event", event)
                .bind("now", now)
                .execute();
    }

    /// Deliveries to an endpoint before one, the newest first.
    ///
    /// @param state of these only; null for all
    static List<Delivery> list(
            Handle handle, long account, long endpoint, Delivery.@Nullable State state, long before, int limit) {
        return handle.createQuery(ROW + """
                         WHERE d.account_id = :account AND d.endpoint = :endpoint AND d.event < :before
                           AND (:state::text IS NULL OR d.state = :state)
                         ORDER BY d.event DESC FETCH FIRST :limit ROWS ONLY
                        """)
                .bind("account", account)
                .bind("endpoint", endpoint)
                .bind("state", state == null ? null : state.wire())
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    static Optional<Delivery> find(Handle handle, long account, long endpoint, long event) {
        return handle.createQuery(
                        ROW + " WHERE d.account_id = :account AND d.endpoint = :endpoint AND d.event = :event")
                .bind("account", account)
                .bind("endpoint", endpoint)
                .bind("event", event)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// The attempts of a delivery, the latest first.
    static List<Delivery.Attempt> attempts(Handle handle, long account, long endpoint, long event) {
        return handle.createQuery("""
                        SELECT no, at, millis, status, answer, problem FROM webhook_attempt
                         WHERE account_id = :account AND endpoint = :endpoint AND event = :event ORDER BY no DESC
                         FETCH FIRST 100 ROWS ONLY
                        """)
                .bind("account", account)
                .bind("endpoint", endpoint)
                .bind("event", event)
                .map((row, context) -> attempt(row))
                .list();
    }

    /// Deletes old events of which nothing waits, with their deliveries.
    ///
    /// @param most at once, so that no transaction is long
    static int forget(Handle handle, Instant before, int most) {
        return handle.createUpdate("""
                        DELETE FROM webhook_event WHERE id IN (
                            SELECT v.id FROM webhook_event v
                             WHERE v.created_at < :before
                               AND NOT EXISTS (SELECT FROM webhook_delivery d
                                                WHERE d.event = v.id AND d.state = 'waiting')
                             ORDER BY v.created_at FETCH FIRST :most ROWS ONLY)
                        """)
                .bind("before", before)
                .bind("most", most)
                .execute();
    }

    /// Deletes every event of an account.
    static void deleteAll(Handle handle, long account) {
        handle.createUpdate("DELETE FROM webhook_event WHERE account_id = :account")
                .bind("account", account)
                .execute();
    }

    private static Delivery map(ResultSet row) throws SQLException {
        int no = row.getInt("no");
        return new Delivery(
                row.getLong("endpoint"),
                row.getLong("event"),
                row.getString("type"),
                row.getString("body"),
                Delivery.State.of(row.getString("state")),
                row.getInt("attempts"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("due_at").toInstant(),
                no == 0 ? Optional.empty() : Optional.of(attempt(row)));
    }

    private static Delivery.Attempt attempt(ResultSet row) throws SQLException {
        int status = row.getInt("status");
        return new Delivery.Attempt(
                row.getInt("no"),
                row.getTimestamp("at").toInstant(),
                row.getInt("millis"),
                status == 0 ? OptionalInt.empty() : OptionalInt.of(status),
                row.getString("answer"),
                row.getString("problem"));
    }
}
