package ai.doubleword.accounts;

import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;

/// Tells passwords that are on everybody's list, or little more than a name, a word or a row of keys. Works
/// offline. Thread-safe; the lists are loaded on first use.
final class CommonPasswords {
    /// What a guesser who is slowed down may get through over years.
    private static final double FEWEST_GUESSES = 1e6;

    /// Longer ones are judged by their beginning: the time to judge grows with the cube of the length.
    private static final int JUDGED = 64;

    private static final Zxcvbn ZXCVBN = new Zxcvbn();

    private CommonPasswords() {}

    /// @param known what an attacker knows of the user, such as the address
    static boolean contains(CharSequence password, List<String> known) {
        CharSequence judged = password.subSequence(0, Math.min(password.length(), JUDGED));
        return ZXCVBN.measure(judged, known).getGuesses() < FEWEST_GUESSES;
    }
}
