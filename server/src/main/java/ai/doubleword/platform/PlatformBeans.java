package ai.doubleword.platform;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;

/// What every feature takes by its constructor: time, randomness and ids.
@Singleton
final class PlatformBeans {
    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    SecureRandom random() {
        return new SecureRandom();
    }

    @Produces
    @Singleton
    Ids ids(Clock clock, SecureRandom random) {
        return new Ids(clock, random);
    }

    @Produces
    @Singleton
    Home home(HomeConfig config, Shutdown shutdown) {
        Home home = Home.open(config.home());
        shutdown.register(Shutdown.Stage.HOME, "home", home::close);
        return home;
    }
}
