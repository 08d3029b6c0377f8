package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class UserCodeTest {
    @Test
    void aCodeIsReadHoweverItIsTyped() {
        String code = UserCode.make(new SecureRandom());
        String shown = UserCode.shown(code);
        assertThat(shown).matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
        assertThat(UserCode.read(shown)).hasValue(code);
        assertThat(UserCode.read(
                        " " + code.toLowerCase(java.util.Locale.ROOT).substring(0, 3) + " " + code.substring(3)))
                .hasValue(code);
    }

    @Test
    void whatCannotBeACodeIsNone() {
        for (String typed : new String[] {"", "BCDF", "BCDFGHJKL", "AEIO-UBCD", "BCDF-GHJ1", "BCDF-GHJ%"}) {
            assertThat(UserCode.read(typed)).as(typed).isEmpty();
        }
    }
}
