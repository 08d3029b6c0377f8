package ai.doubleword.providers;

import ai.doubleword.platform.Secret;
import java.net.URI;
import java.util.Map;

/// How to reach an HTTP provider.
///
/// @param baseUrl with its path, without a slash at the end: `http://localhost:8000/v1`
/// @param apiKey sent as `Authorization: Bearer …`; empty for none
/// @param headers further ones to send; their values may be secrets too
/// @param timeouts how long to wait for what
record ProviderConnection(URI baseUrl, Secret apiKey, Map<String, Secret> headers, Provider.Timeouts timeouts) {}
