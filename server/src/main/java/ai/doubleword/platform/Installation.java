package ai.doubleword.platform;

import jakarta.inject.Singleton;

/// The installation as a whole: all nodes on one database. Blocking, thread-safe.
@Singleton
public final class Installation {
    private final InstallationStore store;

    // The master key comes along because its check makes the installation's row.
    Installation(InstallationStore store, MasterKey key) {
        this.store = store;
    }

    /// Whether this is the first server that asks: true once in the installation's life, for one node.
    public boolean welcome() {
        return store.markWelcomed() == 1;
    }
}
