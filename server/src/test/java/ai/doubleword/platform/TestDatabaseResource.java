package ai.doubleword.platform;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives each start of the server in a `@QuarkusTest` a fresh database and an empty home under `target/`.
/// [TestServer] applies it to all of them.
public final class TestDatabaseResource implements QuarkusTestResourceLifecycleManager {
    private @Nullable TestDatabase database;

    @Override
    public Map<String, String> start() {
        database = TestDatabase.create();
        Map<String, String> settings = database.settings();
        // Where the receivers of webhooks in tests are; every other address of the network stays closed.
        settings.put("doubleword.egress.user-ranges", "127.0.0.1");
        try {
            Path homes = Files.createDirectories(Path.of("target", "test-homes").toAbsolutePath());
            settings.put(
                    "doubleword.home", Files.createTempDirectory(homes, "home-").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }

    @Override
    public void stop() {
        if (database != null) {
            database.close();
        }
    }
}
