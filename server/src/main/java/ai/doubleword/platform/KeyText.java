package ai.doubleword.platform;

import java.util.regex.Pattern;

/// Finds whole API keys in text that is not meant to hold any. `secrets.js` does the same in the browser.
public final class KeyText {
    private static final Pattern BEGUN = Pattern.compile("(dw_[sp]k_[0-9A-Za-z]{12})_[0-9A-Za-z]*");
    private static final Pattern WHOLE = Pattern.compile("dw_[sp]k_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}");

    private KeyText() {}

    /// The text with each key cut down to its public part, as somebody pastes one into a search box.
    public static String cut(String text) {
        return text.indexOf("dw_") < 0 ? text : BEGUN.matcher(text).replaceAll("$1");
    }

    static boolean isIn(String text) {
        return text.contains("dw_") && WHOLE.matcher(text).find();
    }
}
