package ai.doubleword.keys;

import ai.doubleword.accounts.Authority;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What the terms of a key may be. Everything is bounded, for every node keeps them in memory.
final class KeyRules {
    static final Set<String> ENDPOINTS =
            Set.of("chat", "completions", "embeddings", "responses", "files", "batches", "models");

    /// What a platform key may do unless it asks for less, or, with the right to, for `admin`.
    static final Set<String> USUAL_RIGHTS = Set.of("keys", "members", "usage", "billing", "webhooks");

    static final Set<String> ALL_RIGHTS = Authority.ALL_RIGHTS;

    private static final int MOST = 100;
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9_.-]{0,62}");

    private KeyRules() {}

    /// @param grantable the rights that whoever asks may give to a platform key
    /// @return the terms with what is left open filled in
    /// @throws ProblemException `invalid_value` with `param`, or `permission_denied` for a right too many
    static KeyTerms check(KeyType type, KeyTerms terms, Set<String> grantable, Instant now) {
        text("name", terms.name(), 1, 128);
        text("description", terms.description(), 0, 1000);
        labels(terms.labels());
        Instant expiry = terms.expiresAt();
        if (expiry != null && !expiry.isAfter(now)) {
            throw invalid("expires_at", "expires_at lies in the past.");
        }
        return terms.withScopes(scopes(type, terms.scopes(), grantable));
    }

    private static KeyScopes scopes(KeyType type, KeyScopes scopes, Set<String> grantable) {
        if (!ENDPOINTS.containsAll(scopes.endpoints())) {
            throw invalid("scopes.endpoints", "Endpoints are " + sorted(ENDPOINTS) + ".");
        }
        if (scopes.models().size() > MOST || scopes.addresses().size() > MOST) {
            throw invalid("scopes", "At most " + MOST + " models and as many address ranges.");
        }
        scopes.models().forEach(pattern -> text("scopes.models", pattern, 1, ModelPattern.LONGEST));
        if (type == KeyType.INFERENCE) {
            if (!scopes.rights().isEmpty()) {
                throw invalid("scopes.rights", "Rights are for platform keys; an inference key has endpoints.");
            }
            return scopes;
        }
        Set<String> rights = new HashSet<>(scopes.rights().isEmpty() ? USUAL_RIGHTS : scopes.rights());
        if (scopes.rights().isEmpty()) {
            rights.retainAll(grantable);
        }
        for (String right : rights) {
            if (!ALL_RIGHTS.contains(right)) {
                throw invalid("scopes.rights", "Rights are " + sorted(ALL_RIGHTS) + ".");
            }
            if (!grantable.contains(right)) {
                throw new ProblemException(
                        ErrorCode.PERMISSION_DENIED, "You cannot give a key the right '" + right + "': you lack it.");
            }
        }
        return new KeyScopes(scopes.endpoints(), scopes.models(), scopes.tiers(), scopes.addresses(), rights);
    }

    private static void labels(Map<String, String> labels) {
        if (labels.size() > 16) {
            throw invalid("labels", "At most 16 labels.");
        }
        labels.forEach((label, value) -> {
            if (!LABEL.matcher(label).matches()) {
                throw invalid(
                        "labels", "A label is a lower-case letter, then letters, digits, '_', '.', '-'; at most 63.");
            }
            text("labels", value, 0, 128);
        });
    }

    private static void text(String param, String text, int shortest, int longest) {
        if (text.strip().length() < shortest
                || text.length() > longest
                || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(
                    param, param + " takes " + shortest + " to " + longest + " characters and no control characters.");
        }
    }

    private static List<String> sorted(Set<String> words) {
        return words.stream().sorted().toList();
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }
}
