package ai.doubleword.keys;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Consumer;

/// The gateway's view of the key ring. Never blocks, never touches the database on the calling thread.
public interface KeyVerifier {
    /// Checks a credential in this order: shape and checksum, entry in the ring, secret in constant time, then state,
    /// expiry and address range.
    ///
    /// @param credential the text after `Bearer `, or of `x-api-key`; empty if the request carried none
    /// @param client the address the request came from
    KeyVerdict verify(CharSequence credential, InetAddress client);

    /// As whom work goes on that was accepted from a key. Rotation and expiry do not stop it, nor does the key's end:
    /// whoever ends a key says what becomes of its work.
    ///
    /// @return nothing if the key is not known
    Optional<Principal> acting(String keyId);

    /// Calls the listener with the public id of each key that is revoked or deleted with its streams to be cut.
    ///
    /// @return what to run to stop listening
    Runnable onCut(Consumer<String> keyId);

    /// Tells the ring that a key was just used, for its "last used"; cheap, written out at most once a minute.
    void used(Principal principal, InetAddress client, String model);
}
