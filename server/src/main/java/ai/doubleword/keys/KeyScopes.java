package ai.doubleword.keys;

import ai.doubleword.platform.AddressRange;
import ai.doubleword.platform.Tier;
import java.util.List;
import java.util.Set;

/// What a key may do. An empty list or set does not restrict; once one is given, everything else is denied.
///
/// @param endpoints of `chat, completions, embeddings, responses, files, batches, models`
/// @param models exact names, or patterns with `*` for any run of characters
/// @param tiers the tiers it may buy
/// @param addresses the ranges it may be used from
/// @param rights of a platform key: of `keys, members, usage, billing, webhooks, admin`
public record KeyScopes(
        Set<String> endpoints, List<String> models, Set<Tier> tiers, List<AddressRange> addresses, Set<String> rights) {
    public static final KeyScopes UNRESTRICTED = new KeyScopes(Set.of(), List.of(), Set.of(), List.of(), Set.of());

    public KeyScopes {
        endpoints = Set.copyOf(endpoints);
        models = List.copyOf(models);
        tiers = Set.copyOf(tiers);
        addresses = List.copyOf(addresses);
        rights = Set.copyOf(rights);
    }

    /// Whether they include an endpoint, by its name among those above.
    public boolean includes(String endpoint) {
        return endpoints.isEmpty() || endpoints.contains(endpoint);
    }
}
