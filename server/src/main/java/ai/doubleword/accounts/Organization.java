package ai.doubleword.accounts;

import java.text.Normalizer;
import java.util.Locale;

/// An account that several users share.
///
/// @param id outside the database `org_…`
/// @param account the account that owns its things and pays
/// @param slug its name in URLs
public record Organization(long id, long account, String slug, String name) {
    public static final String PREFIX = "org";

    private static final int LONGEST_SLUG = 64;

    /// One letter for its picture.
    public String initial() {
        return name.substring(0, name.offsetByCodePoints(0, 1));
    }

    /// The same with another name.
    Organization named(String other) {
        return new Organization(id, account, slug, other);
    }

    /// A slug for a name: `Müller & Söhne` is `muller-sohne`. Empty for a name without Latin letters and digits.
    static String slugOf(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\p{M}+", "")
                .replaceAll("[^a-z0-9]+", "-");
        return plain.substring(0, Math.min(plain.length(), LONGEST_SLUG)).replaceAll("^-|-$", "");
    }
}
