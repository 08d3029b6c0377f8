package ai.doubleword.demo;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.IssuedKey;
import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.limits.Rates;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Three users, who cannot sign in, with an organization that the first administrator belongs to as well, and the keys
/// that they call with. Blocking, thread-safe.
@Singleton
final class DemoPeople {
    /// How many of the keys, the first ones, are the organization's.
    static final int OF_THE_LAB = 3;

    private static final List<String> NAMES = List.of("demo-ada", "demo-grace", "demo-alan");

    private final Accounts accounts;
    private final Keys keys;

    DemoPeople(Accounts accounts, Keys keys) {
        this.accounts = accounts;
        this.keys = keys;
    }

    /// @param keys which the history and the calls go by
    /// @param reader the key of the first administrator, who looks at all of this; nothing where there is none
    record Made(List<User> users, Organization organization, List<IssuedKey> keys, Optional<IssuedKey> reader) {
        /// Every account that holds made-up data.
        List<Long> accounts() {
            List<Long> all = new ArrayList<>(users.stream().map(User::account).toList());
            all.add(organization.account());
            return all;
        }
    }

    Made make() {
        List<User> users = NAMES.stream()
                .map(name -> accounts.createUser(name, name + "@demo.invalid", UserRole.USER))
                .toList();
        User ada = users.getFirst();
        User grace = users.get(1);
        User alan = users.getLast();
        Organization lab = accounts.createOrganization("demo-lab", "Demo Lab", ada.id());
        accounts.putMember(lab.id(), grace.id(), MemberRole.ADMIN, true);
        accounts.putMember(lab.id(), alan.id(), MemberRole.MEMBER, true);
        Optional<User> first = accounts.firstAdministrator();
        first.ifPresent(reader -> accounts.putMember(lab.id(), reader.id(), MemberRole.ADMIN, true));
        return new Made(
                users,
                lab,
                List.of(
                        key(lab.account(), grace, "production", "search"),
                        key(lab.account(), ada, "evaluation", "quality"),
                        key(lab.account(), alan, "research", "research"),
                        key(ada.account(), ada, "laptop", "none"),
                        key(alan.account(), alan, "notebook", "none")),
                first.map(reader -> key(lab.account(), reader, "background", "none")));
    }

    private IssuedKey key(long account, User maker, String name, String team) {
        KeyTerms terms = new KeyTerms(
                name,
                "Demo data",
                KeyScopes.UNRESTRICTED,
                new Rates(600, 0, 0),
                false,
                Map.of("team", team, "demo", "true"),
                null);
        return keys.issue(account, maker.id(), KeyType.INFERENCE, terms, Set.of());
    }
}
