package ai.doubleword.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.webauthn4j.converter.AttestationObjectConverter;
import com.webauthn4j.converter.AuthenticatorDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.data.attestation.AttestationObject;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.authenticator.EC2COSEKey;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionAuthenticatorOutput;
import com.webauthn4j.data.extension.authenticator.RegistrationExtensionAuthenticatorOutput;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/// An authenticator in software, with one passkey, and the browser in front of it.
final class SoftAuthenticator {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectConverter CONVERTER = new ObjectConverter();

    private final byte[] credentialId = new byte[16];
    private final KeyPair keys;
    private byte[] userHandle = {};
    private String origin;
    private String relyingParty = "localhost";
    private boolean verifies = true;
    private long count;

    SoftAuthenticator(String origin) {
        this.origin = origin;
        new SecureRandom().nextBytes(credentialId);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    SoftAuthenticator on(String pageOrigin) {
        origin = pageOrigin;
        return this;
    }

    SoftAuthenticator forRelyingParty(String id) {
        relyingParty = id;
        return this;
    }

    /// Whether it makes sure who uses it.
    SoftAuthenticator verifying(boolean user) {
        verifies = user;
        return this;
    }

    /// What the next answer says, after having counted one up.
    SoftAuthenticator counting(long from) {
        count = from;
        return this;
    }

    SoftAuthenticator withUserHandle(byte[] handle) {
        userHandle = handle;
        return this;
    }

    /// What `navigator.credentials.create` answers.
    String create(String challenge, byte[] user) {
        userHandle = user;
        byte flags = flags(AuthenticatorData.BIT_AT);
        var credential = new AttestedCredentialData(
                AAGUID.ZERO,
                credentialId,
                EC2COSEKey.create((ECPublicKey) keys.getPublic(), COSEAlgorithmIdentifier.ES256));
        var data = new AuthenticatorData<RegistrationExtensionAuthenticatorOutput>(
                sha256(relyingParty.getBytes(StandardCharsets.UTF_8)), flags, count, credential);
        byte[] object = new AttestationObjectConverter(CONVERTER)
                .convertToBytes(new AttestationObject(data, new NoneAttestationStatement()));
        ObjectNode response = JSON.createObjectNode()
                .put("clientDataJSON", base64(clientData("webauthn.create", challenge)))
                .put("attestationObject", base64(object));
        response.putArray("transports").add("internal");
        return answer(response);
    }

    /// What `navigator.credentials.get` answers.
    String get(String challenge) {
        count++;
        byte[] clientData = clientData("webauthn.get", challenge);
        byte[] data = new AuthenticatorDataConverter(CONVERTER)
                .convert(new AuthenticatorData<AuthenticationExtensionAuthenticatorOutput>(
                        sha256(relyingParty.getBytes(StandardCharsets.UTF_8)), flags((byte) 0), count));
        ObjectNode response = JSON.createObjectNode()
                .put("clientDataJSON", base64(clientData))
                .put("authenticatorData", base64(data))
                .put("signature", base64(sign(data, sha256(clientData))))
                .put("userHandle", base64(userHandle));
        return answer(response);
    }

    private byte flags(byte more) {
        return (byte) (AuthenticatorData.BIT_UP | (verifies ? AuthenticatorData.BIT_UV : 0) | more);
    }

    private byte[] clientData(String type, String challenge) {
        return JSON.createObjectNode()
                .put("type", type)
                .put("challenge", challenge)
                .put("origin", origin)
                .put("crossOrigin", false)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private String answer(JsonNode response) {
        ObjectNode answer = JSON.createObjectNode()
                .put("id", base64(credentialId))
                .put("rawId", base64(credentialId))
                .put("type", "public-key")
                .put("authenticatorAttachment", "platform");
        answer.set("response", response);
        answer.putObject("clientExtensionResults");
        return answer.toString();
    }

    private byte[] sign(byte[] first, byte[] second) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(first);
            signature.update(second);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
