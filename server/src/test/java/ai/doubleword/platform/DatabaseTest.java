package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DatabaseTest {
    private static final TestDatabase DATABASE = TestDatabase.create();

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    @Test
    @Tag("S-09")
    void aSessionSeesTheAccountThatItNamedAndNoOther() {
        Jdbi engine = DATABASE.database().engine();
        engine.useHandle(handle -> handle.execute(
                "INSERT INTO account (id, kind, name) VALUES (1, 'personal', 'one'), (2, 'personal', 'two')"));

        assertThat(DATABASE.database()
                        .<java.util.List<String>, RuntimeException>inAccount(
                                2,
                                handle -> handle.createQuery("SELECT name FROM account")
                                        .mapTo(String.class)
                                        .list()))
                .containsExactly("two");
    }

    @Test
    @Tag("S-09")
    void theAppLoginCannotChangeWhatItWasNotGranted() {
        assertThatThrownBy(() ->
                        DATABASE.database().inAccount(1, handle -> handle.execute("UPDATE account SET name = 'mine'")))
                .hasMessageContaining("permission denied");
    }
}
