package ai.doubleword.accounts;

import ai.doubleword.platform.PublicAddress;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/// The issuers that the configuration names. Their metadata is read when first needed, and again each hour; one that
/// does not answer is asked anew each time. Blocking, thread-safe.
@Singleton
final class OidcIssuers {
    private static final Logger LOG = Logger.getLogger(OidcIssuers.class);

    /// It stands in addresses.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Duration FRESH = Duration.ofHours(1);

    private final Map<String, OidcConfig.Issuer> configured;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final OidcTransport transport;
    private final PublicAddress address;
    private final Clock clock;

    OidcIssuers(OidcConfig config, OidcTransport transport, PublicAddress address, Clock clock) {
        this.configured = new TreeMap<>();
        config.issuers().forEach((name, issuer) -> {
            if (NAME.matcher(name).matches()) {
                configured.put(name, issuer);
            } else {
                LOG.errorf("oidc.%s is left out: a name is of letters, digits, dashes and underscores", name);
            }
        });
        this.transport = transport;
        this.address = address;
        this.clock = clock;
    }

    private record Known(OidcClient client, Instant since) {}

    /// All of them, by name.
    Map<String, OidcConfig.Issuer> all() {
        return configured;
    }

    Optional<OidcConfig.Issuer> find(String name) {
        return Optional.ofNullable(configured.get(name));
    }

    /// What stands on an issuer's button.
    String label(String name) {
        return find(name).flatMap(OidcConfig.Issuer::label).orElse(name);
    }

    /// Where an issuer sends browsers back to, which it must know beforehand.
    URI redirect(String name) {
        return URI.create(address.publicUrl() + "/authentication/oidc/" + name + "/callback");
    }

    /// @param name of an issuer that is configured
    /// @throws OidcException if it does not answer as it should
    OidcClient client(String name) throws OidcException {
        Instant now = clock.instant();
        Known last = known.get(name);
        if (last == null || last.since().isBefore(now.minus(FRESH))) {
            last = new Known(discover(name), now);
            known.put(name, last);
        }
        return last.client();
    }

    /// Reads an issuer's metadata anew.
    OidcClient discover(String name) throws OidcException {
        return OidcClient.discover(find(name).orElseThrow(), redirect(name), transport);
    }
}
