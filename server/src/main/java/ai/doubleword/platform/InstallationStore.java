package ai.doubleword.platform;

import jakarta.inject.Singleton;
import java.util.Optional;

/// What the database knows of the installation as a whole: one row.
@Singleton
final class InstallationStore {
    private final Database database;

    InstallationStore(Database database) {
        this.database = database;
    }

    /// The master key's check value; nothing before the first start.
    Optional<byte[]> checkValue() {
        return database.engine()
                .withHandle(handle -> handle.createQuery("SELECT master_key_check FROM installation")
                        .mapTo(byte[].class)
                        .findOne());
    }

    /// Keeps the check value unless another node was sooner; answers the one that is kept.
    byte[] keepCheckValue(byte[] value) {
        return database.engine().inTransaction(handle -> {
            handle.createUpdate("INSERT INTO installation (master_key_check) VALUES (:value) ON CONFLICT DO NOTHING")
                    .bind("value", value)
                    .execute();
            return handle.createQuery("SELECT master_key_check FROM installation")
                    .mapTo(byte[].class)
                    .one();
        });
    }

    /// Marks the installation as welcomed; how many rows that changed.
    int markWelcomed() {
        return database.engine()
                .withHandle(handle ->
                        handle.execute("UPDATE installation SET welcomed_at = now() WHERE welcomed_at IS NULL"));
    }
}
