package ai.doubleword.accounts;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of what slows guessing down.
final class ThrottleStore {
    private ThrottleStore() {}

    /// Counts a try, unless the subject is blocked now.
    static boolean count(Handle handle, byte[] subject, Instant now, int free, Duration longest) {
        return handle.createUpdate("""
                        INSERT INTO sign_in_throttle AS t (subject, attempts, last_at, blocked_until)
                        VALUES (:subject, 1, :now, :now)
                        ON CONFLICT (subject) DO UPDATE
                           SET attempts = t.attempts + 1,
                               last_at = :now,
                               blocked_until = CAST(:now AS timestamptz) + least(:longest, CASE WHEN t.attempts < :free THEN 0
                                                            ELSE 2 ^ least(t.attempts - :free, 20) END)
                                                      * interval '1 second'
                         WHERE t.blocked_until <= :now
                        """)
                        .bind("subject", subject)
                        .bind("now", now)
                        .bind("free", free)
                        .bind("longest", longest.toSeconds())
                        .execute()
                == 1;
    }

    static Optional<Instant> blockedUntil(Handle handle, byte[] subject) {
        return handle.createQuery("SELECT blocked_until FROM sign_in_throttle WHERE subject = :subject")
                .bind("subject", subject)
                .mapTo(Instant.class)
                .findOne();
    }

    static void forget(Handle handle, byte[] subject) {
        handle.createUpdate("DELETE FROM sign_in_throttle WHERE subject = :subject")
                .bind("subject", subject)
                .execute();
    }

    static void takeBack(Handle handle, byte[] subject, Instant now) {
        handle.createUpdate("""
                        UPDATE sign_in_throttle SET attempts = greatest(attempts - 1, 0), blocked_until = :now
                         WHERE subject = :subject
                        """).bind("subject", subject).bind("now", now).execute();
    }

    static void forgetBefore(Handle handle, Instant before) {
        handle.createUpdate("DELETE FROM sign_in_throttle WHERE last_at < :before")
                .bind("before", before)
                .execute();
    }
}
