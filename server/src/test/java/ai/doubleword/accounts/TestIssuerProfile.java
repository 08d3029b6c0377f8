package ai.doubleword.accounts;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.Map;

/// Starts a [TestIssuer] and configures the server to know it under three names: `corp`, which makes users and has
/// rules; `closed`, which does neither and takes one domain; `cloud`, which is where clouds keep their secrets.
public final class TestIssuerProfile implements QuarkusTestProfile {
    /// It lives as long as this JVM: a profile has no end that it would hear of, and may be asked more than once.
    private static final TestIssuer ISSUER = new TestIssuer();

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>();
        for (String name : new String[] {"corp", "closed"}) {
            String prefix = "doubleword.oidc." + name + ".";
            settings.put(prefix + "issuer", ISSUER.address(name));
            settings.put(prefix + "client-id", TestIssuer.CLIENT);
            settings.put(prefix + "client-secret", TestIssuer.SECRET);
        }
        settings.put("doubleword.oidc.closed.domains", "example.org");
        settings.put("doubleword.oidc.corp.label", "Corp <SSO>");
        settings.put("doubleword.oidc.corp.sign-up", "true");
        rule(settings, 0, "groups", "ops", "role", "administrator");
        rule(settings, 1, "groups", "audit", "role", "auditor");
        rule(settings, 2, "realm_access.roles", "research", "groups", "sso-research");
        rule(settings, 3, "groups", "staff", "organization", "sso-staff");
        settings.put("doubleword.oidc.corp.rules[3].as", "admin");
        settings.put("doubleword.oidc.cloud.issuer", "http://169.254.169.254/");
        settings.put("doubleword.oidc.cloud.client-id", TestIssuer.CLIENT);
        return settings;
    }

    private static void rule(
            Map<String, String> settings, int number, String claim, String value, String what, String to) {
        String prefix = "doubleword.oidc.corp.rules[" + number + "].";
        settings.put(prefix + "claim", claim);
        settings.put(prefix + "value", value);
        settings.put(prefix + what, to);
    }
}
