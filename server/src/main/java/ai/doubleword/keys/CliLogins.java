package ai.doubleword.keys;

import ai.doubleword.accounts.Authority;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Pairs of keys for a user's command line: one to call models, one to manage. A device has one pair at a time.
/// Blocking, thread-safe.
@Singleton
final class CliLogins {
    static final Duration LIFETIME = Duration.ofDays(90);

    private static final int PAGE = 100;

    private final Keys keys;
    private final Authority authority;
    private final Clock clock;

    CliLogins(Keys keys, Authority authority, Clock clock) {
        this.keys = keys;
        this.authority = authority;
        this.clock = clock;
    }

    /// @param organization whose keys they are; null for the user's own
    record Pair(
            IssuedKey inference,
            IssuedKey platform,
            User user,
            @Nullable Organization organization) {
        /// What a command-line client is handed, by the names it knows.
        Map<String, String> handedOver() {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("inference_key", inference.text().revealText());
            fields.put("inference_key_id", ApiKey.PREFIX + '_' + inference.key().id());
            fields.put("platform_key", platform.text().revealText());
            fields.put("platform_key_id", ApiKey.PREFIX + '_' + platform.key().id());
            fields.put("user_id", Ids.format(User.PREFIX, user.id()));
            fields.put("email", user.email());
            fields.put("display_name", user.username());
            fields.put("account_name", organization == null ? user.username() : organization.name());
            fields.put("account_type", organization == null ? "personal" : "organization");
            if (organization != null) {
                fields.put("org_name", organization.name());
                fields.put("org_id", Ids.format(Organization.PREFIX, organization.id()));
            }
            return fields;
        }
    }

    /// Makes a pair that ends in 90 days; the device's pair before ends now.
    ///
    /// @param organization whose keys they are; null for the user's own
    /// @throws ProblemException `permission_denied` for who may not make keys there
    Pair issue(User user, @Nullable Organization organization, String device) {
        long account = organization == null ? user.account() : organization.account();
        Set<String> rights = authority.rights(user, account);
        if (!rights.contains("keys")) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED,
                    "Your role here lacks the right 'keys'. Ask an owner or administrator for it.");
        }
        Instant now = clock.instant();
        KeyTerms terms = KeyTerms.named("dw login, " + device).withExpiry(now.plus(LIFETIME));
        List<ApiKey> before = before(account, user.id(), terms.name(), now);
        Pair pair = new Pair(
                keys.issue(account, user.id(), KeyType.INFERENCE, terms, rights),
                keys.issue(account, user.id(), KeyType.PLATFORM, terms, rights),
                user,
                organization);
        before.forEach(key -> keys.revoke(account, key.id(), null, "replaced by a new login of this device"));
        return pair;
    }

    private List<ApiKey> before(long account, long user, String name, Instant now) {
        List<ApiKey> found = new ArrayList<>();
        Keys.Page page;
        int skip = 0;
        do {
            page = keys.list(account, skip, PAGE);
            page.keys().stream()
                    .filter(key -> key.createdBy() == user && key.terms().name().equals(name) && key.alive(now))
                    .forEach(found::add);
            skip += PAGE;
        } while (skip < page.total());
        return found;
    }
}
