package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
final class ServerStartTest {
    @Inject
    Database database;

    @Test
    void theServerStartsWithAMigratedDatabase() {
        assertThat(database.engine()
                        .<Integer, RuntimeException>withHandle(
                                handle -> handle.createQuery("SELECT count(*) FROM account")
                                        .mapTo(Integer.class)
                                        .one()))
                .isNotNegative();
    }
}
