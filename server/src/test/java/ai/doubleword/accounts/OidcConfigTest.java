package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OidcConfigTest {
    @Test
    void defaults() {
        OidcConfig.Issuer issuer = Objects.requireNonNull(config(Map.of(
                        "doubleword.oidc.corp.issuer",
                        "https://login.example.com",
                        "doubleword.oidc.corp.client-id",
                        "doubleword",
                        "doubleword.oidc.corp.rules[0].claim",
                        "groups",
                        "doubleword.oidc.corp.rules[0].value",
                        "staff",
                        "doubleword.oidc.corp.rules[0].role",
                        "billing_manager"))
                .issuers()
                .get("corp"));
        assertThat(issuer.clientSecret()).isEmpty();
        assertThat(issuer.label()).isEmpty();
        assertThat(issuer.scopes()).containsExactly("openid", "email", "profile");
        assertThat(issuer.signUp()).isFalse();
        assertThat(issuer.domains()).isEmpty();
        assertThat(issuer.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.role()).hasValue(UserRole.BILLING_MANAGER);
            assertThat(rule.as()).isEqualTo(MemberRole.MEMBER);
        });
    }

    @Test
    void withoutIssuersThereAreNone() {
        assertThat(config(Map.of()).issuers()).isEmpty();
    }

    private static OidcConfig config(Map<String, String> settings) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(OidcConfig.class);
        settings.forEach(builder::withDefaultValue);
        return builder.build().getConfigMapping(OidcConfig.class);
    }
}
