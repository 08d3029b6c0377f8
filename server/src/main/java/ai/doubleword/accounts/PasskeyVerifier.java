package ai.doubleword.accounts;

import static java.util.Objects.requireNonNull;

import ai.doubleword.platform.PublicAddress;
import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionsAuthenticatorOutputs;
import com.webauthn4j.server.ServerProperty;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks what authenticators say (WebAuthn, level 2): the origin and the relying party follow from
/// `server.public-url`, and the authenticator must have verified its user, by a finger, a face or a PIN, so that a
/// passkey is two factors. Which make an authenticator is of does not matter. Thread-safe.
@Singleton
final class PasskeyVerifier {
    /// Ed25519, ECDSA and RSA: one of them every authenticator knows.
    static final List<Integer> ALGORITHMS = List.of(-8, -7, -257);

    private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager();
    private final AttestedCredentialDataConverter converter =
            new AttestedCredentialDataConverter(new ObjectConverter());
    private final PublicAddress address;

    PasskeyVerifier(PublicAddress address) {
        this.address = address;
    }

    /// A passkey just made.
    @SuppressWarnings("ArrayRecordComponent") // Written down as they are, never compared.
    record Registered(byte[] credentialId, byte[] credential, long signCount, boolean eligible, boolean backedUp) {}

    /// A passkey just used.
    record Use(long signCount, boolean backedUp) {}

    /// Browsers know passkeys for names, not for addresses, over https or on this machine.
    boolean possible() {
        String host = relyingParty();
        boolean name = !host.matches("[0-9.]+") && !host.startsWith("[");
        return name && ("https".equals(address.publicUrl().getScheme()) || host.equals("localhost"));
    }

    String relyingParty() {
        return address.publicUrl().getHost();
    }

    /// What a browser answered to making a passkey; nothing if it cannot be read.
    Optional<RegistrationData> readRegistration(String json) {
        try {
            return Optional.of(manager.parseRegistrationResponseJSON(json));
        } catch (RuntimeException e) {
            // The library reads on where a part is missing, and fails in many ways.
            return Optional.empty();
        }
    }

    /// What a browser answered to using a passkey; nothing if it cannot be read.
    Optional<AuthenticationData> readAuthentication(String json) {
        try {
            return Optional.of(manager.parseAuthenticationResponseJSON(json));
        } catch (RuntimeException e) {
            // The library reads on where a part is missing, and fails in many ways.
            return Optional.empty();
        }
    }

    /// The challenge that an answer is to; empty if it says none.
    static byte[] challenge(@Nullable CollectedClientData said) {
        return said == null || said.getChallenge() == null
                ? new byte[0]
                : said.getChallenge().getValue();
    }

    /// The id of the passkey that was used; empty if the answer says none.
    @SuppressWarnings("NullAway") // The library's annotation reads as one of the elements.
    static byte[] credentialId(AuthenticationData said) {
        byte[] id = said.getCredentialId();
        return id == null ? new byte[0] : id;
    }

    /// Whom the authenticator takes for its user; empty if it does not say.
    @SuppressWarnings("NullAway") // The library's annotation reads as one of the elements.
    static byte[] userHandle(AuthenticationData said) {
        byte[] handle = said.getUserHandle();
        return handle == null ? new byte[0] : handle;
    }

    /// The new passkey; nothing if the answer does not hold.
    Optional<Registered> verify(RegistrationData data, byte[] challenge) {
        try {
            List<PublicKeyCredentialParameters> algorithms = ALGORITHMS.stream()
                    .map(number -> new PublicKeyCredentialParameters(
                            PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(number)))
                    .toList();
            manager.verify(data, new RegistrationParameters(server(challenge), algorithms, true, true));
            AuthenticatorData<?> said =
                    requireNonNull(data.getAttestationObject()).getAuthenticatorData();
            AttestedCredentialData credential = requireNonNull(said.getAttestedCredentialData());
            return Optional.of(new Registered(
                    credential.getCredentialId(),
                    converter.convert(credential),
                    said.getSignCount(),
                    said.isFlagBE(),
                    said.isFlagBS()));
        } catch (RuntimeException e) {
            // Its own exception mostly, others where a part is missing: the answer does not hold.
            return Optional.empty();
        }
    }

    /// How the passkey was used; nothing if the answer does not hold, or the count says that the passkey was
    /// copied.
    Optional<Use> verify(AuthenticationData data, PasskeyStore.Stored passkey, byte[] challenge) {
        try {
            CredentialRecordImpl known = new CredentialRecordImpl(
                    new NoneAttestationStatement(),
                    true,
                    passkey.eligible(),
                    passkey.backedUp(),
                    passkey.signCount(),
                    converter.convert(passkey.credential()),
                    new AuthenticationExtensionsAuthenticatorOutputs<>(),
                    null,
                    null,
                    null);
            manager.verify(data, new AuthenticationParameters(server(challenge), known, null, true, true));
            AuthenticatorData<?> said = requireNonNull(data.getAuthenticatorData());
            return Optional.of(new Use(said.getSignCount(), said.isFlagBS()));
        } catch (RuntimeException e) {
            // Its own exception mostly, others where a part is missing: the answer does not hold.
            return Optional.empty();
        }
    }

    private ServerProperty server(byte[] challenge) {
        return new ServerProperty(new Origin(address.origin()), relyingParty(), new DefaultChallenge(challenge));
    }
}
