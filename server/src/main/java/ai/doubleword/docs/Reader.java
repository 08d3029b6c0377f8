package ai.doubleword.docs;

import ai.doubleword.keys.ApiKey;
import java.util.List;
import java.util.Optional;

/// For whom a page is written, and what they chose.
///
/// @param base what the addresses of pages begin with: `/docs`, or `/me/docs` and the like for who is signed in
/// @param here the address of this page
/// @param account who pays, as the switcher names it; empty for who is not signed in
/// @param mayFill whether the reader may make keys there
/// @param key the key that is filled in
/// @param language the language of samples that have it
/// @param models to choose from; empty for who is not signed in
/// @param values what samples hold; its model is empty where each keeps its own
/// @param problem why filling was refused; empty if it was not
/// @param crowd sample keys of which one must end before there can be another
record Reader(
        String base,
        String here,
        String account,
        boolean mayFill,
        Optional<ApiKey> key,
        Language language,
        List<String> models,
        Samples.Values values,
        String problem,
        List<ApiKey> crowd) {
    /// Whether samples can be filled in at all.
    public boolean signedIn() {
        return !account.isEmpty();
    }

    /// Whether samples hold a key.
    public boolean filled() {
        return values.filled();
    }
}
