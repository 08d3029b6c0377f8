package ai.doubleword.keys;

import ai.doubleword.platform.Secret;

/// A key just made, with the text that is shown this once.
///
/// @param text the whole key, `dw_sk_…` or `dw_pk_…`
public record IssuedKey(ApiKey key, Secret text) {}
