package ai.doubleword.keys;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;

/// The code that a user reads on one device and types on another: eight of twenty consonants, which spell no word and
/// are not taken for each other. 34 bits: enough for ten minutes and a handful of guesses.
final class UserCode {
    static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
    static final int LENGTH = 8;

    private UserCode() {}

    static String make(SecureRandom random) {
        StringBuilder code = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    /// What was meant: in either case, with spaces and dashes wherever. Nothing for what cannot be a code.
    static Optional<String> read(String typed) {
        String bare = typed.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
        boolean fits = bare.length() == LENGTH && bare.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
        return fits ? Optional.of(bare) : Optional.empty();
    }

    /// As it is shown: in two halves.
    static String shown(String code) {
        return code.substring(0, LENGTH / 2) + '-' + code.substring(LENGTH / 2);
    }
}
