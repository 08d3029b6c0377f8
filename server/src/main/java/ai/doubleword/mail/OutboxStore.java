package ai.doubleword.mail;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of the outbox. Each method is one statement on the caller's handle.
final class OutboxStore {
    private static final String MAIL = """
            SELECT id, kind, topic, recipient, subject, body, link_label, link_path, state, attempts, problem,
                   created_at, ended_at
              FROM mail
            """;

    private OutboxStore() {}

    /// A mail that is due, with what sending it needs.
    ///
    /// @param token the sealed token of its link; null if it leads nowhere
    /// @param linkEnds when the link stops working
    @SuppressWarnings("ArrayRecordComponent") // Opened by whoever sends it, never compared.
    record Due(Mail mail, byte @Nullable [] token, Optional<Instant> linkEnds) {}

    static void insert(Handle handle, Mail mail, byte @Nullable [] token, Optional<Instant> linkEnds) {
        handle.createUpdate("""
                        INSERT INTO mail (id, kind, topic, recipient, subject, body, link_label, link_path, link_token,
                                          link_ends, state, due_at, created_at, ended_at)
                        VALUES (:id, :kind, :topic, :recipient, :subject, :body, :linkLabel, :linkPath, :token,
                                :linkEnds, :state, :created, :created, :ended)
                        """)
                .bind("id", mail.id())
                .bind("kind", mail.kind())
                .bind("topic", mail.topic())
                .bind("recipient", mail.recipient())
                .bind("subject", mail.subject())
                .bind("body", mail.body())
                .bind("linkLabel", mail.linkLabel())
                .bind("linkPath", mail.linkPath())
                .bind("token", token)
                .bind("linkEnds", linkEnds.orElse(null))
                .bind("state", mail.state().wire())
                .bind("created", mail.created())
                .bind("ended", mail.ended().orElse(null))
                .execute();
    }

    /// The mails before one, the newest first.
    static List<Mail> list(Handle handle, long before, int limit) {
        return handle.createQuery(MAIL + " WHERE id < :before ORDER BY id DESC FETCH FIRST :limit ROWS ONLY")
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// The mails to an address, the newest first.
    static List<Mail> to(Handle handle, String recipient) {
        return handle.createQuery(MAIL + " WHERE lower(recipient) = lower(:recipient) ORDER BY id DESC")
                .bind("recipient", recipient)
                .map((row, context) -> map(row))
                .list();
    }

    static void deleteTo(Handle handle, String recipient) {
        handle.createUpdate("DELETE FROM mail WHERE lower(recipient) = lower(:recipient)")
                .bind("recipient", recipient)
                .execute();
    }

    static Optional<Mail> find(Handle handle, long id) {
        return handle.createQuery(MAIL + " WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// Takes a mail that is due, so that no other node does until a time: of two at once one gets it.
    static Optional<Due> take(Handle handle, Instant now, Instant until) {
        return handle.createQuery("""
                        UPDATE mail SET attempts = attempts + 1, due_at = :until
                         WHERE id = (SELECT id FROM mail WHERE state = 'waiting' AND due_at <= :now
                                      ORDER BY due_at, id FETCH FIRST ROW ONLY FOR UPDATE SKIP LOCKED)
                        RETURNING id, kind, topic, recipient, subject, body, link_label, link_path, state, attempts,
                                  problem, created_at, ended_at, link_token, link_ends
                        """)
                .bind("now", now)
                .bind("until", until)
                .map((row, context) -> new Due(map(row), row.getBytes("link_token"), instant(row, "link_ends")))
                .findOne();
    }

    /// Ends a mail; its secret is forgotten.
    static void end(Handle handle, long id, Mail.State state, String problem, Instant now) {
        handle.createUpdate("""
                        UPDATE mail SET state = :state, problem = :problem, ended_at = :now, link_token = NULL
                         WHERE id = :id
                        """)
                .bind("id", id)
                .bind("state", state.wire())
                .bind("problem", problem)
                .bind("now", now)
                .execute();
    }

    static void postpone(Handle handle, long id, String problem, Instant due) {
        handle.createUpdate("UPDATE mail SET problem = :problem, due_at = :due WHERE id = :id")
                .bind("id", id)
                .bind("problem", problem)
                .bind("due", due)
                .execute();
    }

    static int deleteEndedBefore(Handle handle, Instant before) {
        return handle.createUpdate("DELETE FROM mail WHERE ended_at < :before")
                .bind("before", before)
                .execute();
    }

    private static Mail map(ResultSet row) throws SQLException {
        return new Mail(
                row.getLong("id"),
                row.getString("kind"),
                row.getString("topic"),
                row.getString("recipient"),
                row.getString("subject"),
                row.getString("body"),
                row.getString("link_label"),
                row.getString("link_path"),
                Mail.State.of(row.getString("state")),
                row.getInt("attempts"),
                row.getString("problem"),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "ended_at"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
