package ai.doubleword.accounts;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What claims give, by the rules of the configuration. Immutable.
final class OidcRules {
    private final List<OidcConfig.Rule> rules;

    OidcRules(List<OidcConfig.Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /// What somebody gets.
    ///
    /// @param role the highest that a rule gives, `user` if none does; absent where no rule is about roles,
    ///     which are then left to administrators
    /// @param groups of the personal account
    /// @param otherGroups that rules are about but give not
    /// @param organizations by slug
    record Given(
            Optional<UserRole> role,
            Set<String> groups,
            Set<String> otherGroups,
            Map<String, MemberRole> organizations) {}

    Given apply(OidcClaims claims) {
        List<OidcConfig.Rule> met = rules.stream()
                .filter(rule -> claims.has(rule.claim(), rule.value()))
                .toList();
        Optional<UserRole> role = rules.stream().anyMatch(rule -> rule.role().isPresent())
                ? Optional.of(met.stream()
                        .flatMap(rule -> rule.role().stream())
                        .min(Comparator.naturalOrder())
                        .orElse(UserRole.USER))
                : Optional.empty();
        Set<String> groups = groups(met);
        Set<String> others = groups(rules);
        others.removeAll(groups);
        Map<String, MemberRole> organizations = new LinkedHashMap<>();
        for (OidcConfig.Rule rule : met) {
            rule.organization()
                    .ifPresent(slug -> organizations.merge(
                            slug, rule.as(), (one, other) -> one.compareTo(other) <= 0 ? one : other));
        }
        return new Given(role, groups, others, organizations);
    }

    private static Set<String> groups(List<OidcConfig.Rule> rules) {
        Set<String> groups = new TreeSet<>();
        rules.forEach(rule -> groups.addAll(rule.groups().orElse(List.of())));
        return groups;
    }
}
