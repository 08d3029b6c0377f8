package ai.doubleword.accounts;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Codes for who lost the authenticator app: 80 random bits each, so that their hash can be neither guessed nor
/// looked up (S-02), in letters and digits that are not mistaken for each other.
final class RecoveryCodes {
    static final int COUNT = 10;

    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789x";
    private static final int LENGTH = 16;
    private static final int GROUP = 4;

    private RecoveryCodes() {}

    /// Codes as they are shown: `abcd-efgh-jkmn-pqrs`.
    static List<String> make(SecureRandom random) {
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            StringBuilder code = new StringBuilder();
            for (int letter = 0; letter < LENGTH; letter++) {
                code.append(letter > 0 && letter % GROUP == 0 ? "-" : "")
                        .append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            codes.add(code.toString());
        }
        return codes;
    }

    /// The hash of a code, however it was typed.
    static byte[] hash(String code) {
        return RandomToken.hash("recovery:" + code.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""));
    }
}
