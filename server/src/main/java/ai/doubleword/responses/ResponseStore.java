package ai.doubleword.responses;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of stored responses. What they say is sealed.
final class ResponseStore {
    private ResponseStore() {}

    static void insert(Handle handle, long id, long account, long member, byte[] content, Instant expires) {
        handle.createUpdate("""
                        INSERT INTO response (id, account, member, expires_at, content)
                        VALUES (:id, :account, :member, :expires, :content)
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("member", member)
                .bind("expires", expires)
                .bind("content", content)
                .execute();
    }

    /// @param member whose it must be; 0 for anybody's of the account
    static Optional<byte[]> find(Handle handle, long account, long member, long id, Instant now) {
        return handle.createQuery("""
                        SELECT content FROM response
                        WHERE id = :id AND account = :account AND (:member = 0 OR member = :member)
                          AND expires_at > :now
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("member", member)
                .bind("now", now)
                .mapTo(byte[].class)
                .findOne();
    }

    /// @return whether there was one
    static boolean delete(Handle handle, long account, long member, long id) {
        return handle.createUpdate("""
                        DELETE FROM response
                        WHERE id = :id AND account = :account AND (:member = 0 OR member = :member)
                        """)
                        .bind("id", id)
                        .bind("account", account)
                        .bind("member", member)
                        .execute()
                == 1;
    }

    static long count(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM response WHERE account = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    static void forget(Handle handle, long account) {
        handle.createUpdate("DELETE FROM response WHERE account = :account")
                .bind("account", account)
                .execute();
    }

    /// Removes what is past its time, at most so many.
    ///
    /// @return how many
    static int expire(Handle handle, Instant now, int limit) {
        return handle.createUpdate("""
                        DELETE FROM response WHERE id IN (
                            SELECT id FROM response WHERE expires_at <= :now ORDER BY expires_at LIMIT :limit)
                        """).bind("now", now).bind("limit", limit).execute();
    }
}
