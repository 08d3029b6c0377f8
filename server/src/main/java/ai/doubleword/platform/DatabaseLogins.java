package ai.doubleword.platform;

/// The three ways in: who owns, whom policies bind, and the owner past any pooler.
///
/// @param engine owns the tables
/// @param app is bound by row-level policies, unless it is the owner
/// @param dedicated the owner's, for connections outside of the pools
record DatabaseLogins(DatabaseLogin engine, DatabaseLogin app, DatabaseLogin dedicated) {

    /// Those of a PostgreSQL of one's own.
    ///
    /// @throws StartRefusedException when an address cannot be read
    static DatabaseLogins of(String url, DatabaseConfig config) {
        DatabaseLogin app = DatabaseLogin.parse("DATABASE_URL", url);
        DatabaseLogin engine = config.migrationUrl()
                .map(owner -> DatabaseLogin.parse("DATABASE_MIGRATION_URL", owner))
                .orElse(app);
        DatabaseLogin dedicated = config.listenUrl()
                .map(direct -> DatabaseLogin.parse("DATABASE_LISTEN_URL", direct))
                .orElse(engine);
        return new DatabaseLogins(engine, app, dedicated);
    }

    /// Whether policies bind anyone: not with a single login.
    boolean secondWall() {
        return !engine.user().equals(app.user());
    }
}
