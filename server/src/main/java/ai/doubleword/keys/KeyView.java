package ai.doubleword.keys;

import ai.doubleword.accounts.User;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.AddressRange;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A key as the management API shows it.
///
/// @param id `key_` and the public 12 characters
/// @param key the whole key, in the one answer that made it
/// @param start what the key begins with, to recognize it by
/// @param type `inference` or `platform`; `purpose` says the same to existing clients
/// @param status `unopened`, `active`, `retiring`, `retired`, `expired` or `revoked`
/// @param limits its own; 0 is unlimited
/// @param visibility `maker` or `organization`: whether all members of the organization see what is done with it
/// @param createdBy as whom it acts
/// @param madeBy who made it for that member; absent where the member did
/// @param onRevoke `finish` or `cut`: what happens to running streams
record KeyView(
        String id,
        @Nullable String key,
        String start,
        String name,
        String description,
        String type,
        String purpose,
        String status,
        Scopes scopes,
        Rates limits,
        String onRevoke,
        @JsonInclude(JsonInclude.Include.ALWAYS) Map<String, String> labels,
        String visibility,
        String createdBy,
        @Nullable String madeBy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable String rotatedFrom,
        @Nullable Instant retiresAt,
        @Nullable Instant revokedAt,
        @Nullable String revokedBecause,
        @Nullable Instant lastUsedAt,
        @Nullable String lastUsedFrom,
        @Nullable String lastUsedModel) {

    /// A key's scopes; an empty list does not restrict.
    record Scopes(
            @Nullable List<String> endpoints,
            @Nullable List<String> models,
            @Nullable List<String> tiers,
            @Nullable List<String> addresses,
            @Nullable List<String> rights) {
        static Scopes of(KeyScopes scopes) {
            return new Scopes(
                    scopes.endpoints().stream().sorted().toList(),
                    scopes.models(),
                    scopes.tiers().stream().sorted().map(Tier::wire).toList(),
                    scopes.addresses().stream().map(AddressRange::toString).toList(),
                    scopes.rights().stream().sorted().toList());
        }

        /// These scopes where they say something, the others elsewhere.
        KeyScopes over(KeyScopes before) {
            return new KeyScopes(
                    endpoints == null ? before.endpoints() : new HashSet<>(endpoints),
                    models == null ? before.models() : models,
                    tiers == null ? before.tiers() : tiers(tiers),
                    addresses == null ? before.addresses() : addresses(addresses),
                    rights == null ? before.rights() : new HashSet<>(rights));
        }

        private static Set<Tier> tiers(List<String> texts) {
            Set<Tier> tiers = new HashSet<>();
            for (String text : texts) {
                try {
                    tiers.add(Tier.valueOf(text.toUpperCase(Locale.ROOT)));
                } catch (IllegalArgumentException e) {
                    throw invalid("scopes.tiers", "Tiers are realtime, flex, batch, background.");
                }
            }
            return tiers;
        }

        private static List<AddressRange> addresses(List<String> texts) {
            try {
                return texts.stream().map(AddressRange::parse).toList();
            } catch (IllegalArgumentException e) {
                throw invalid("scopes.addresses", String.valueOf(e.getMessage()));
            }
        }
    }

    static KeyView of(ApiKey key, Instant now) {
        return of(key, null, now);
    }

    static KeyView of(IssuedKey issued, Instant now) {
        return of(issued.key(), issued.text().revealText(), now);
    }

    private static KeyView of(ApiKey key, @Nullable String text, Instant now) {
        KeyTerms terms = key.terms();
        ApiKey.LastUse use = key.lastUsed();
        String type = key.type().name().toLowerCase(Locale.ROOT);
        return new KeyView(
                ApiKey.PREFIX + '_' + key.id(),
                text,
                key.type().prefix() + key.id(),
                terms.name(),
                terms.description(),
                type,
                type,
                key.status(now),
                Scopes.of(terms.scopes()),
                terms.rates(),
                terms.cutStreams() ? "cut" : "finish",
                terms.labels(),
                terms.shared() ? "organization" : "maker",
                Ids.format(User.PREFIX, key.createdBy()),
                key.madeBy() == null ? null : Ids.format(User.PREFIX, key.madeBy()),
                key.created(),
                terms.expiresAt(),
                key.rotatedFrom() == null ? null : ApiKey.PREFIX + '_' + key.rotatedFrom(),
                key.retiresAt(),
                key.revokedAt(),
                key.revokedBecause().isEmpty() ? null : key.revokedBecause(),
                use == null ? null : use.at(),
                use == null ? null : use.from(),
                use == null || use.model().isEmpty() ? null : use.model());
    }

    static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }
}
