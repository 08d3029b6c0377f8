package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a mail address looks like.
final class Addresses {
    private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>\"]{1,64}@[^\\s@<>\"]{1,189}");

    private Addresses() {}

    /// What stands behind the sign, in lower case.
    static String domain(String email) {
        return email.substring(email.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /// @return the address without the space around it
    /// @throws ProblemException `invalid_value` for what is none
    static String check(String email) {
        String address = email.strip();
        if (!ADDRESS.matcher(address).matches() || address.chars().anyMatch(Character::isISOControl)) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "email", "Write the address as name@example.com."));
        }
        return address;
    }
}
