package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Generated pages say what the code says. With `-Ddocs.write=true` this writes them instead of comparing.
class GeneratedPagesTest {
    private static final String REGENERATE =
            "Write it again with: ./mvnw package -pl server -am -Dtest=GeneratedPagesTest -Ddocs.write=true"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";

    @Test
    void errorPageListsEveryCode() throws IOException {
        compare("errors.md", ReferencePages.errors());
    }

    @Test
    void configurationPageListsEverySetting() throws IOException {
        compare("configuration.md", ReferencePages.configuration());
    }

    private static void compare(String name, String generated) throws IOException {
        Path page = Path.of("../docs").resolve(name);
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(page, generated);
        }
        assertThat(page).as(REGENERATE).exists().content().isEqualTo(generated);
    }
}
