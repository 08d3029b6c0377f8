package ai.doubleword.payloads;

import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobOwner;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The blobs of payloads: which are needed, and what is a user's own. What an erased user leaves without a row is
/// swept.
@Singleton
final class PayloadBlobs implements BlobOwner, PersonalData {
    private final Database database;

    PayloadBlobs(Database database) {
        this.database = database;
    }

    @Override
    public List<String> kinds() {
        return List.of(PayloadWriter.KIND);
    }

    @Override
    public boolean needs(BlobName blob) {
        return database.engine().withHandle(handle -> PayloadStore.uses(handle, blob));
    }

    @Override
    public Duration grace() {
        return Duration.ofHours(1);
    }

    @Override
    public String section() {
        return "payloads";
    }

    /// How many there are: each is read on its request.
    @Override
    public Object export(Handle handle, User user) {
        return Map.of("kept", PayloadStore.count(handle, user.account()));
    }

    @Override
    public void erase(Handle transaction, User user) {
        PayloadStore.deleteAll(transaction, user.account());
    }
}
