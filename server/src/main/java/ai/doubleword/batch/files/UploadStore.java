package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of uploads in parts. Each method is one statement on the caller's handle.
final class UploadStore {
    private static final String COLUMNS = """
            SELECT id, account, member, key_id, name, bytes, mime_type, file_seconds, status, file, created_at, expires_at
              FROM upload
            """;

    private UploadStore() {}

    /// An upload.
    ///
    /// @param keyId empty for the console
    /// @param bytes how large its sender says it will be
    /// @param fileSeconds how long the file is to be kept, if its sender says so
    /// @param status `pending`, `completed`, `cancelled` or `expired`
    /// @param file that it became
    record Upload(
            long id,
            long account,
            long member,
            String keyId,
            String name,
            long bytes,
            String mimeType,
            OptionalLong fileSeconds,
            String status,
            OptionalLong file,
            Instant created,
            Instant expires) {
        static final String PREFIX = "upload";
    }

    /// A part of one.
    record Part(long id, long upload, BlobName blob, long bytes, Instant created) {
        static final String PREFIX = "part";
    }

    static void insert(Handle handle, Upload upload) {
        handle.createUpdate("""
                        INSERT INTO upload (id, account, member, key_id, name, bytes, mime_type, file_seconds,
                            created_at, expires_at)
                        VALUES (:id, :account, :member, nullif(:key, ''), :name, :bytes, :mimeType, :seconds, :created,
                            :expires)
                        """)
                .bind("id", upload.id())
                .bind("account", upload.account())
                .bind("member", upload.member())
                .bind("key", upload.keyId())
                .bind("name", upload.name())
                .bind("bytes", upload.bytes())
                .bind("mimeType", upload.mimeType())
                .bind(
                        "seconds",
                        upload.fileSeconds().isEmpty()
                                ? null
                                : (Long) upload.fileSeconds().getAsLong())
                .bind("created", at(upload.created()))
                .bind("expires", at(upload.expires()))
                .execute();
    }

    /// Ends all uploads of an account, without their names. As `dw_engine`.
    static void forgetAllOf(Handle handle, long account, Instant now) {
        handle.createUpdate(
                        "UPDATE upload SET expires_at = least(expires_at, :now), name = '' WHERE account = :account")
                .bind("account", account)
                .bind("now", at(now))
                .execute();
    }

    static Optional<Upload> find(Handle handle, long account, long member, long id) {
        return handle.createQuery(COLUMNS + " WHERE id = :id AND account = :account AND member = :member")
                .bind("id", id)
                .bind("account", account)
                .bind("member", member)
                .map((row, context) -> upload(row))
                .findOne();
    }

    /// Ends an upload that is pending.
    ///
    /// @return 0 if it has ended otherwise
    static int end(Handle handle, long account, long id, String status, OptionalLong file) {
        return handle.createUpdate("""
                        UPDATE upload SET status = :status, file = :file
                         WHERE id = :id AND account = :account AND status = 'pending'
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("status", status)
                .bind("file", file.isEmpty() ? null : (Long) file.getAsLong())
                .execute();
    }

    static void addPart(Handle handle, long account, Part part) {
        handle.createUpdate("""
                        INSERT INTO upload_part (id, upload, account, blob, bytes, created_at)
                        VALUES (:id, :upload, :account, :blob, :bytes, :created)
                        """)
                .bind("id", part.id())
                .bind("upload", part.upload())
                .bind("account", account)
                .bind("blob", part.blob().toString())
                .bind("bytes", part.bytes())
                .bind("created", at(part.created()))
                .execute();
    }

    static List<Part> parts(Handle handle, long account, long upload) {
        return handle.createQuery("""
                        SELECT id, upload, blob, bytes, created_at FROM upload_part
                         WHERE upload = :upload AND account = :account
                        """)
                .bind("upload", upload)
                .bind("account", account)
                .map((row, context) -> part(row))
                .list();
    }

    /// Ends uploads whose time is over. As `dw_engine`.
    static void expire(Handle handle, Instant now) {
        handle.createUpdate("UPDATE upload SET status = 'expired' WHERE status = 'pending' AND expires_at <= :now")
                .bind("now", at(now))
                .execute();
    }

    /// Parts of uploads that have ended. As `dw_engine`.
    static List<Part> purgeable(Handle handle, int limit) {
        return handle.createQuery("""
                        SELECT p.id, p.upload, p.blob, p.bytes, p.created_at
                          FROM upload_part p JOIN upload u ON u.id = p.upload
                         WHERE p.purged_at IS NULL AND u.status <> 'pending' LIMIT :limit
                        """)
                .bind("limit", limit)
                .map((row, context) -> part(row))
                .list();
    }

    /// As `dw_engine`.
    static void purged(Handle handle, long part, Instant now) {
        handle.createUpdate("UPDATE upload_part SET purged_at = :now WHERE id = :id")
                .bind("id", part)
                .bind("now", at(now))
                .execute();
    }

    private static Part part(ResultSet row) throws SQLException {
        return new Part(
                row.getLong("id"),
                row.getLong("upload"),
                BlobName.parse(row.getString("blob")),
                row.getLong("bytes"),
                instant(row, "created_at"));
    }

    private static Upload upload(ResultSet row) throws SQLException {
        @Nullable String key = row.getString("key_id");
        return new Upload(
                row.getLong("id"),
                row.getLong("account"),
                row.getLong("member"),
                key == null ? "" : key,
                row.getString("name"),
                row.getLong("bytes"),
                row.getString("mime_type"),
                optional(row, "file_seconds"),
                row.getString("status"),
                optional(row, "file"),
                instant(row, "created_at"),
                instant(row, "expires_at"));
    }

    private static OptionalLong optional(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /// Deletes the rows of all uploads of an account with their parts. As `dw_engine`.
    static void deleteAllOf(Handle handle, long account) {
        handle.createUpdate("""
                        WITH parts AS (DELETE FROM upload_part WHERE account = :account)
                        DELETE FROM upload WHERE account = :account
                        """).bind("account", account).execute();
    }

    /// Deletes uploads that ended before an instant, with their parts, once the bytes of these are gone, and those
    /// of the file that they became. As `dw_engine`.
    ///
    /// @param most at once
    static void deleteEnded(Handle handle, Instant before, int most) {
        handle.createUpdate("""
                        WITH ended AS (
                            SELECT u.id FROM upload u
                             WHERE u.status <> 'pending' AND u.expires_at < :before
                               AND NOT EXISTS (SELECT FROM upload_part p WHERE p.upload = u.id AND p.purged_at IS NULL)
                               AND NOT EXISTS (SELECT FROM file f
                                                WHERE f.id = u.file AND (f.purged_at IS NULL OR f.purged_at >= :before))
                             ORDER BY u.id LIMIT :most),
                        parts AS (DELETE FROM upload_part WHERE upload IN (SELECT id FROM ended))
                        DELETE FROM upload WHERE id IN (SELECT id FROM ended)
                        """)
                .bind("before", before.atOffset(java.time.ZoneOffset.UTC))
                .bind("most", most)
                .execute();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
