package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server, of PostgreSQL, of both, at moments that a seed chooses, under load. Run by the profile
/// `faults`: `./mvnw -Pfaults -Dkills=50 verify`; `-Dkills.seed=N` repeats a run's choices.
@Tag("faults")
final class KillsIT {
    private static final int CLIENTS = 8;
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(60);

    private final int kills = Integer.getInteger("kills", 10);
    private final long seed = Long.getLong("kills.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @TempDir
    Path folder;

    private enum Victim {
        SERVER,
        POSTGRES,
        SERVER_THEN_POSTGRES,
        POSTGRES_THEN_SERVER
    }

    @AfterEach
    void endOrphan() {
        ServerProcess.endOrphan(folder.resolve("home"));
    }

    @Test
    @Tag("S-19")
    void whateverIsKilledEveryRequestThatAClientSawFinishedIsInUsageOnce() throws Exception {
        Path home = folder.resolve("home");
        UsageReader usage = new UsageReader(home);
        say("kills.seed " + seed);
        ServerProcess server = ServerProcess.in(home).start();
        try (Clients clients = new Clients(server, server.key(), CLIENTS, random.split())) {
            for (int kill = 1; kill <= kills; kill++) {
                LockSupport.parkNanos(
                        Duration.ofMillis(random.nextInt(200, 3_000)).toNanos());
                Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
                server = kill(server, victim);
                assertThat(usage.verdict(clients.finished(), DRAINED_WITHIN))
                        .as("after kill %d of %d (%s), seed %d", kill, kills, victim, seed)
                        .isEmpty();
                say("kill " + kill + " of " + kills + ": " + victim + "; " + clients);
            }
            server.stop();
            server = server.again().start();
            assertThat(usage.verdict(clients.finished(), DRAINED_WITHIN))
                    .as("after a stop under load, seed %d", seed)
                    .isEmpty();
        } finally {
            server.close();
        }
        assertThat(server.output()).as("seed %d", seed).doesNotContain("usage records lost");
    }

    private ServerProcess kill(ServerProcess server, Victim victim) {
        long postgres = server.postgresPid();
        switch (victim) {
            case SERVER -> server.kill();
            case POSTGRES -> server.killPostgres();
            case SERVER_THEN_POSTGRES -> {
                server.kill();
                server.killPostgres();
            }
            case POSTGRES_THEN_SERVER -> {
                server.killPostgres();
                // In the middle of its being started again, or before.
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(300)).toNanos());
                server.kill();
            }
        }
        if (victim == Victim.POSTGRES) {
            server.awaitOtherPostgres(postgres);
            return server;
        }
        return server.again().start();
    }

    @SuppressWarnings("SystemOut") // a seed is of use only if it is seen
    private static void say(String line) {
        System.out.println(line);
    }
}
