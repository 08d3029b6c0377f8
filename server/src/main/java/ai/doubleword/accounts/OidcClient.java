package ai.doubleword.accounts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderConfigurationRequest;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One issuer, as its published metadata describes it: where to send a browser, how to turn the code that it comes back
/// with into claims. The protocol is the library's (Nimbus OAuth 2.0 SDK with OpenID Connect extensions); what it is
/// given and what it may accept is ours. Blocking, thread-safe.
///
/// Only tokens signed by a key that the issuer publishes count, never with `none` or a shared secret. The keys are kept
/// for minutes and asked for again when a token names an unknown one, so that the issuer can change them.
final class OidcClient {
    private static final Set<JWSAlgorithm> ACCEPTED = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final OidcConfig.Issuer config;
    private final ClientID id;
    private final URI redirect;
    private final OidcTransport transport;
    private final OIDCProviderMetadata metadata;
    private final IDTokenValidator validator;

    private OidcClient(OidcConfig.Issuer config, URI redirect, OidcTransport transport, OIDCProviderMetadata metadata)
            throws IOException {
        this.config = config;
        this.id = new ClientID(config.clientId());
        this.redirect = redirect;
        this.transport = transport;
        this.metadata = metadata;
        JWKSource<SecurityContext> keys = JWKSourceBuilder.<SecurityContext>create(
                        metadata.getJWKSetURI().toURL(), transport)
                .refreshAheadCache(false)
                .build();
        this.validator =
                new IDTokenValidator(metadata.getIssuer(), id, new JWSVerificationKeySelector<>(ACCEPTED, keys), null);
    }

    /// What one attempt to sign in is bound to.
    ///
    /// @param state comes back with the browser
    /// @param nonce comes back in the token
    /// @param verifier proves that who redeems the code asked for it
    record Bond(String state, String nonce, String verifier) {}

    /// Reads the issuer's metadata.
    ///
    /// @param redirect where the issuer sends browsers back to
    /// @throws OidcException if it does not answer, or describes another issuer
    static OidcClient discover(OidcConfig.Issuer config, URI redirect, OidcTransport transport) throws OidcException {
        try {
            Issuer issuer = new Issuer(config.issuer());
            HTTPResponse answer =
                    new OIDCProviderConfigurationRequest(issuer).toHTTPRequest().send(transport);
            if (answer.getStatusCode() != 200) {
                throw new OidcException(config.issuer() + "/.well-known/openid-configuration answers with status "
                        + answer.getStatusCode() + ".");
            }
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(answer.getBody());
            if (!metadata.getIssuer().equals(issuer)) {
                throw new OidcException("The issuer calls itself " + metadata.getIssuer() + ", not " + issuer
                        + ": write its address exactly as it does.");
            }
            if (metadata.getAuthorizationEndpointURI() == null || metadata.getTokenEndpointURI() == null) {
                throw new OidcException("The issuer publishes no authorization or token endpoint.");
            }
            return new OidcClient(config, redirect, transport, metadata);
        } catch (IOException | ParseException e) {
            throw new OidcException("The issuer's metadata cannot be read: " + e.getMessage(), e);
        }
    }

    /// Where to send a browser to sign in.
    ///
    /// @param again whether the issuer is to ask also who is signed in there, and to say when that was
    URI authorization(Bond bond, boolean again) {
        AuthenticationRequest.Builder request = new AuthenticationRequest.Builder(
                        ResponseType.CODE, new Scope(config.scopes().toArray(String[]::new)), id, redirect)
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(new State(bond.state()))
                .nonce(new Nonce(bond.nonce()))
                .codeChallenge(new CodeVerifier(bond.verifier()), CodeChallengeMethod.S256);
        if (again) {
            request.prompt(new Prompt(Prompt.Type.LOGIN)).maxAge(0);
        }
        return request.build().toURI();
    }

    /// Checks what a browser says about who sent it back (RFC 9207).
    ///
    /// @param issuer the parameter `iss`; null for none
    void requireIssuer(@Nullable String issuer) throws OidcException {
        boolean fits = issuer == null
                ? !metadata.supportsAuthorizationResponseIssuerParam()
                : metadata.getIssuer().getValue().equals(issuer);
        if (!fits) {
            throw new OidcException("The answer comes from another issuer than the one that was asked.");
        }
    }

    /// Turns a code into what the issuer says of who signed in.
    ///
    /// @throws OidcException if the issuer refuses the code, or its token does not stand up to any check
    OidcClaims redeem(String code, Bond bond) throws OidcException {
        try {
            AuthorizationCodeGrant grant = new AuthorizationCodeGrant(
                    new AuthorizationCode(code), redirect, new CodeVerifier(bond.verifier()));
            TokenResponse answer =
                    OIDCTokenResponseParser.parse(request(grant).toHTTPRequest().send(transport));
            if (!(answer instanceof OIDCTokenResponse tokens)) {
                throw new OidcException("The issuer refused the code: "
                        + answer.toErrorResponse().getErrorObject().getCode());
            }
            JWT token = tokens.getOIDCTokens().getIDToken();
            Map<String, Object> claims = new HashMap<>(
                    validator.validate(token, new Nonce(bond.nonce())).toJSONObject());
            if (!claims.containsKey("email") && metadata.getUserInfoEndpointURI() != null) {
                addUserInfo(claims, tokens.getOIDCTokens().getAccessToken());
            }
            return new OidcClaims(claims);
        } catch (IOException e) {
            throw new OidcException("The issuer cannot be reached: " + e.getMessage(), e);
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw new OidcException("The issuer's token is refused: " + e.getMessage(), e);
        }
    }

    /// How many keys the issuer publishes now.
    int publishedKeys() throws OidcException {
        try {
            String published =
                    transport.retrieveResource(metadata.getJWKSetURI().toURL()).getContent();
            return com.nimbusds.jose.jwk.JWKSet.parse(published).getKeys().size();
        } catch (IOException | java.text.ParseException e) {
            throw new OidcException("The issuer's keys cannot be read: " + e.getMessage(), e);
        }
    }

    URI authorizationEndpoint() {
        return metadata.getAuthorizationEndpointURI();
    }

    URI tokenEndpoint() {
        return metadata.getTokenEndpointURI();
    }

    private TokenRequest request(AuthorizationCodeGrant grant) {
        URI endpoint = metadata.getTokenEndpointURI();
        if (config.clientSecret().isEmpty()) {
            return new TokenRequest.Builder(endpoint, id, grant).build();
        }
        Secret secret = new Secret(config.clientSecret().get());
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean post = methods != null
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        ClientAuthentication proof = post ? new ClientSecretPost(id, secret) : new ClientSecretBasic(id, secret);
        return new TokenRequest.Builder(endpoint, proof, grant).build();
    }

    /// Some issuers keep the address out of the token. Their answer counts only if it is about the same person.
    private void addUserInfo(Map<String, Object> claims, AccessToken token) throws IOException, ParseException {
        HTTPResponse answer = new UserInfoRequest(metadata.getUserInfoEndpointURI(), token)
                .toHTTPRequest()
                .send(transport);
        if (answer.getStatusCode() == 200) {
            Map<String, Object> more = answer.getBodyAsJSONObject();
            if (Objects.equals(claims.get("sub"), more.get("sub"))) {
                more.forEach(claims::putIfAbsent);
            }
        }
    }
}
