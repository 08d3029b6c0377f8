package ai.doubleword.batch.files;

import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The files of a user's own account. Their bytes go with the next purge, within minutes.
@Singleton
final class OwnFiles implements PersonalData {
    private final Clock clock;

    OwnFiles(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String section() {
        return "files";
    }

    @Override
    public Map<String, Long> export(Handle handle, User user) {
        return Map.of("count", FileStore.countOf(handle, user.account()));
    }

    @Override
    public void erase(Handle transaction, User user) {
        FileStore.forgetAllOf(transaction, user.account(), clock.instant());
        UploadStore.forgetAllOf(transaction, user.account(), clock.instant());
    }
}
