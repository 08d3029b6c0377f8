package ai.doubleword.home;

import ai.doubleword.platform.DatabaseConfig;
import ai.doubleword.platform.Home;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.ServerReady;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.Console;

/// Prints the block of [Welcome] as soon as the server listens.
@Singleton
final class Greeting {
    private final FirstRun firstRun;
    private final PublicAddress address;
    private final DatabaseConfig database;
    private final Home home;

    Greeting(FirstRun firstRun, PublicAddress address, DatabaseConfig database, Home home) {
        this.firstRun = firstRun;
        this.address = address;
        this.database = database;
        this.home = home;
    }

    // SystemOut: the one place that talks to whoever started the server, not to the log. SystemConsoleNull: true of
    // JDK 22 to 24; in 25 there is none in a pipe.
    @SuppressWarnings({"SystemOut", "SystemConsoleNull"})
    void greet(@Observes ServerReady ready) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        System.out.print(Welcome.text(
                address.publicUrl(),
                address.apiUrl(),
                firstRun.arrive(),
                database.url().isEmpty(),
                home.path(),
                terminal));
        System.out.flush();
    }
}
