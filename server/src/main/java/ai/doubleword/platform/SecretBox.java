package ai.doubleword.platform;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals secrets for the database (S-08): each under a data key of its own (AES-256-GCM), which is sealed under a key
/// derived from the master key. Both are bound to table, row, column and key id, so that a sealed value copied to
/// another place does not open. Changing the master key re-wraps the data keys and leaves the secrets alone.
///
/// Layout: version (1 byte), id of the wrapping key (8), nonce (12) and sealed data key (48), nonce (12) and sealed
/// secret. Thread-safe.
public final class SecretBox {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final byte VERSION = 1;
    private static final int ID_BYTES = 8;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;
    private static final int WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BITS / 8;
    private static final int SHORTEST = 1 + ID_BYTES + WRAPPED_BYTES + NONCE_BYTES + TAG_BITS / 8;

    private final SecretKeySpec wrapping;
    private final byte[] keyId;
    private final SecureRandom random;

    /// Who has the cipher: to look through all providers for it takes longer than to encrypt a page.
    private final Provider provider;

    public SecretBox(MasterKey master, SecureRandom random) {
        this.wrapping = new SecretKeySpec(master.derive("secrets"), "AES");
        this.keyId = Arrays.copyOf(master.derive("secrets id"), ID_BYTES);
        this.random = random;
        try {
            this.provider = Cipher.getInstance(CIPHER).getProvider();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256-GCM", e);
        }
    }

    /// Seals a secret for one place in the database. The same secret sealed twice differs.
    public byte[] seal(Secret plain, String table, long row, String column) {
        byte[] dataKey = new byte[KEY_BYTES];
        byte[] content = plain.reveal();
        try {
            random.nextBytes(dataKey);
            byte[] place = place(table, row, column, keyId);
            byte[] sealed = ByteBuffer.allocate(SHORTEST + content.length)
                    .put(VERSION)
                    .put(keyId)
                    .array();
            encrypt(wrapping, dataKey, place, sealed, 1 + ID_BYTES);
            encrypt(new SecretKeySpec(dataKey, "AES"), content, place, sealed, 1 + ID_BYTES + WRAPPED_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256-GCM", e);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
            Arrays.fill(content, (byte) 0);
        }
    }

    /// Opens what was sealed for this place.
    ///
    /// @throws SealBrokenException when it was sealed for another place or with another master key, or was changed
    public Secret open(byte[] sealed, String table, long row, String column) {
        if (sealed.length < SHORTEST || sealed[0] != VERSION) {
            throw new SealBrokenException(table, column, "it has not the form of a sealed secret");
        }
        byte[] id = Arrays.copyOfRange(sealed, 1, 1 + ID_BYTES);
        if (!Arrays.equals(id, keyId)) {
            throw new SealBrokenException(table, column, "it was sealed with another master key");
        }
        byte[] dataKey = new byte[0];
        byte[] content = new byte[0];
        try {
            byte[] place = place(table, row, column, id);
            int start = 1 + ID_BYTES;
            dataKey = decrypt(wrapping, sealed, start, start + WRAPPED_BYTES, place);
            content = decrypt(new SecretKeySpec(dataKey, "AES"), sealed, start + WRAPPED_BYTES, sealed.length, place);
            return Secret.of(content);
        } catch (GeneralSecurityException e) {
            throw new SealBrokenException(table, column, "it was changed, or sealed for another place");
        } finally {
            Arrays.fill(dataKey, (byte) 0);
            Arrays.fill(content, (byte) 0);
        }
    }

    /// @param at where in `sealed` the nonce is put, and what is encrypted behind it
    private void encrypt(SecretKeySpec key, byte[] plain, byte[] place, byte[] sealed, int at)
            throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        System.arraycopy(nonce, 0, sealed, at, NONCE_BYTES);
        Cipher cipher = Cipher.getInstance(CIPHER, provider);
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place);
        cipher.doFinal(plain, 0, plain.length, sealed, at + NONCE_BYTES);
    }

    private byte[] decrypt(SecretKeySpec key, byte[] sealed, int from, int to, byte[] place)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER, provider);
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, from, NONCE_BYTES));
        cipher.updateAAD(place);
        return cipher.doFinal(sealed, from + NONCE_BYTES, to - from - NONCE_BYTES);
    }

    /// Lengths before the names: no two places have the same bytes.
    private static byte[] place(String table, long row, String column, byte[] keyId) {
        byte[] tableName = table.getBytes(StandardCharsets.UTF_8);
        byte[] columnName = column.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(16 + tableName.length + columnName.length + keyId.length)
                .putInt(tableName.length)
                .put(tableName)
                .putLong(row)
                .putInt(columnName.length)
                .put(columnName)
                .put(keyId)
                .array();
    }
}
