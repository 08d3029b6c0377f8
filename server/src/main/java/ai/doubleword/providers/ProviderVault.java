package ai.doubleword.providers;

import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Secret;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Seals and opens the secrets of providers (S-08): the API key, and the further headers as one JSON object.
final class ProviderVault {
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final String TABLE = "provider";

    private final Sealing sealing;

    /// Encryption at rest, bound to table, row and column.
    interface Sealing {
        byte[] seal(Secret secret, String table, long row, String column);

        Secret open(byte[] sealed, String table, long row, String column);
    }

    ProviderVault(Sealing sealing) {
        this.sealing = sealing;
    }

    /// A header's value, and where configuration as code takes it from.
    record Header(String value, String source) {}

    String sealKey(long id, String key) {
        return key.isEmpty() ? "" : seal(Secret.of(key), id, "api_key");
    }

    Secret key(long id, String sealed) {
        return sealed.isEmpty() ? Secret.of("") : open(sealed, id, "api_key");
    }

    private String seal(Secret secret, long id, String column) {
        return Base64.getEncoder().encodeToString(sealing.seal(secret, TABLE, id, column));
    }

    private Secret open(String sealed, long id, String column) {
        return sealing.open(Base64.getDecoder().decode(sealed), TABLE, id, column);
    }

    String sealHeaders(long id, SortedMap<String, Header> headers) {
        try {
            return headers.isEmpty() ? "" : seal(Secret.of(JSON.writeValueAsBytes(headers)), id, "headers");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a header cannot be written", e);
        }
    }

    SortedMap<String, Header> headers(long id, String sealed) {
        if (sealed.isEmpty()) {
            return new TreeMap<>();
        }
        try (Secret opened = open(sealed, id, "headers")) {
            return JSON.readValue(opened.reveal(), new TypeReference<TreeMap<String, Header>>() {});
        } catch (IOException e) {
            // The parser's message would quote what it read.
            throw new IllegalStateException("the headers of provider " + id + " are no JSON");
        }
    }

    /// The row's provider with the names of its headers, which are sealed with their values.
    Provider describe(ProviderStore.Row row) {
        Provider provider = row.provider();
        SortedMap<String, String> names = new TreeMap<>();
        headers(provider.id(), row.sealedHeaders()).forEach((name, header) -> names.put(name, header.source()));
        return new Provider(
                provider.id(),
                provider.name(),
                provider.kind(),
                provider.baseUrl(),
                provider.keySet(),
                provider.keySource(),
                names,
                provider.timeouts(),
                provider.quirks(),
                provider.concurrency(),
                provider.healthPath(),
                provider.healthIntervalMillis(),
                provider.created());
    }

    /// What is needed to call an HTTP provider.
    ProviderConnection connection(ProviderStore.Row row) {
        Provider provider = row.provider();
        Map<String, Secret> headers = new HashMap<>();
        headers(provider.id(), row.sealedHeaders())
                .forEach((name, header) -> headers.put(name, Secret.of(header.value())));
        return new ProviderConnection(
                java.net.URI.create(provider.baseUrl()),
                key(provider.id(), row.sealedKey()),
                headers,
                provider.timeouts());
    }
}
