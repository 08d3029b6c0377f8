package ai.doubleword.accounts;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Single sign-on at OpenID Connect issuers, each under a name of one's own choice, which stands in addresses.
@ConfigMapping(prefix = "doubleword.oidc")
public interface OidcConfig {
    @WithParentName
    Map<String, Issuer> issuers();

    /// One of them.
    interface Issuer {
        /// The issuer's address, exactly as it stands in its tokens; `/.well-known/openid-configuration` is below it.
        URI issuer();

        /// What the issuer calls this server.
        String clientId();

        /// The secret that goes with it. Without one the server is a public client, and PKCE alone protects the code.
        Optional<String> clientSecret();

        /// What stands on the button of the sign-in page: `Continue with …`. By default the name.
        Optional<String> label();

        /// What to ask for.
        @WithDefault("openid,email,profile")
        List<String> scopes();

        /// Makes a user of who signs in for the first time with an address that nobody has here. Otherwise an
        /// administrator makes users first.
        @WithDefault("false")
        boolean signUp();

        /// The mail domains whose addresses may be linked to users, as `example.com`. Without any, all.
        Optional<List<String>> domains();

        /// What claims give.
        List<Rule> rules();
    }

    /// What a claim gives.
    interface Rule {
        /// The claim to look at, as `groups`; a dot leads into objects, as `realm_access.roles`.
        String claim();

        /// The value that it must have, or hold if it is a list.
        String value();

        /// The role on the whole platform.
        Optional<UserRole> role();

        /// Groups that the user's account is in, which open models.
        Optional<List<String>> groups();

        /// The organization that the user is in, by its slug.
        Optional<String> organization();

        /// As what the user is in it.
        @WithDefault("member")
        MemberRole as();
    }
}
