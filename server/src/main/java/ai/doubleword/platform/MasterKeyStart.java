package ai.doubleword.platform;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Finds the master key, or makes it at the first start, and refuses one that this database was not made with.
@Singleton
final class MasterKeyStart {
    private static final Logger LOG = Logger.getLogger(MasterKeyStart.class);
    private static final String CHECK = "check value";

    private final MasterKeyConfig config;
    private final DatabaseConfig databaseConfig;
    private final Home home;
    private final InstallationStore store;
    private final SecureRandom random;

    MasterKeyStart(
            MasterKeyConfig config,
            DatabaseConfig databaseConfig,
            Home home,
            InstallationStore store,
            SecureRandom random) {
        this.config = config;
        this.databaseConfig = databaseConfig;
        this.home = home;
        this.store = store;
        this.random = random;
    }

    @Produces
    @Singleton
    MasterKey masterKey() throws IOException {
        Path file = home.secrets().resolve("master.key");
        Optional<byte[]> known = store.checkValue();
        MasterKey key;
        if (config.masterKey().isPresent()) {
            key = MasterKey.parse("DOUBLEWORD_MASTER_KEY", config.masterKey().get());
        } else if (databaseConfig.url().isPresent()) {
            throw new StartRefusedException(
                    "A database of one's own needs a master key, the same on every node.",
                    "Set DOUBLEWORD_MASTER_KEY, or DOUBLEWORD_MASTER_KEY_FILE to a file with it; make one with:"
                            + " openssl rand -base64 32");
        } else if (Files.exists(file)) {
            key = MasterKey.parse(file.toString(), Files.readString(file));
        } else if (known.isPresent()) {
            throw new StartRefusedException(
                    "The master key is missing: " + file + ".",
                    "Put the file back from your backup, or set DOUBLEWORD_MASTER_KEY; without it no key can be"
                            + " checked and no provider's secret be read.");
        } else {
            key = make(file);
        }
        requireMatch(key, known.isPresent() ? known.get() : store.keepCheckValue(key.derive(CHECK)));
        return key;
    }

    @Produces
    @Singleton
    SecretBox secretBox(MasterKey key) {
        return new SecretBox(key, random);
    }

    /// A wrong key stops the start even before a feature asks for it.
    void check(@Observes StartupEvent event, MasterKey key) {
        LOG.debug("the master key is that of the database");
    }

    private MasterKey make(Path file) throws IOException {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        SecretFile.write(file, (Base64.getEncoder().encodeToString(bytes) + "\n").getBytes(StandardCharsets.US_ASCII));
        return MasterKey.of(bytes);
    }

    private static void requireMatch(MasterKey key, byte[] known) {
        if (!MessageDigest.isEqual(known, key.derive(CHECK))) {
            throw new StartRefusedException(
                    "The master key is not the one that this database was made with.",
                    "Set DOUBLEWORD_MASTER_KEY to that one, or put HOME/secrets/master.key back from your backup.");
        }
    }
}
