package ai.doubleword.payloads;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.User;
import ai.doubleword.blobs.BlobMissingException;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;

/// Reads payloads, for the account's own people alone: no administrator of the platform reads those of others. Whether
/// somebody may see the request at all is for the caller to know. Blocks; thread-safe.
@Singleton
public final class KeptPayloads {
    private final Database database;
    private final BlobStore blobs;
    private final SecretBox box;
    private final Accounts accounts;
    private final Clock clock;

    KeptPayloads(Database database, BlobStore blobs, SecretBox box, Accounts accounts, Clock clock) {
        this.database = database;
        this.blobs = blobs;
        this.box = box;
        this.accounts = accounts;
        this.clock = clock;
    }

    /// Whether the account that somebody acts in is theirs: the personal one, or of an organization that they are a
    /// member of.
    public boolean mayRead(Caller caller) {
        return !caller.operator()
                && (accounts.user(caller.user()).map(User::account).orElse(0L) == caller.account()
                        || accounts.memberships(caller.user()).stream()
                                .anyMatch(place -> place.organization().account() == caller.account()));
    }

    /// What a request of the caller's account held; nothing where it was not kept, or is not any more, or the caller
    /// may not read it.
    public Optional<KeptPayload> find(Caller caller, long request) {
        if (!mayRead(caller)) {
            return Optional.empty();
        }
        return database.inAccount(
                        caller.account(),
                        handle -> PayloadStore.find(handle, caller.account(), request, clock.instant()))
                .flatMap(place -> read(place, request));
    }

    private Optional<KeptPayload> read(BlobSlice place, long request) {
        try {
            byte[] sealed = blobs.readFully(place.blob(), place.offset(), (int) place.bytes());
            try (Secret packed = box.open(sealed, PayloadWriter.TABLE, request, PayloadWriter.COLUMN)) {
                return Optional.of(Payload.unpacked(packed.reveal()));
            }
        } catch (BlobMissingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
