package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// Single-use links that go out by mail and nowhere else, so that whoever holds one reads mails to the address.
/// Only their hash is kept (S-02). Blocking, thread-safe.
@Singleton
final class AddressLinks {
    static final String RESET_PATH = "/authentication/password/";
    static final String REGISTER_PATH = "/authentication/register/";
    static final String VERIFY_PATH = "/authentication/address/";

    private final Database database;
    private final SecureRandom random;
    private final Clock clock;

    AddressLinks(Database database, SecureRandom random, Clock clock) {
        this.database = database;
        this.random = random;
        this.clock = clock;
    }

    /// What a link is for, and how long it works.
    enum Purpose {
        RESET(Duration.ofHours(1)),
        VERIFY(Duration.ofHours(24)),
        REGISTER(Duration.ofHours(24));

        private final Duration lifetime;

        Purpose(Duration lifetime) {
            this.lifetime = lifetime;
        }

        /// The value in the database: the name in lower case.
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Purpose of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    /// A link just made, with its token, which nobody can see again.
    record Made(Secret token, Instant ends) {}

    /// Makes a link; those made for the same user and purpose before stop working.
    Made make(Handle transaction, Purpose purpose, OptionalLong user, String email) {
        Instant now = clock.instant();
        Instant ends = now.plus(purpose.lifetime);
        Secret token = RandomToken.make(random);
        AddressLinkStore.deleteEndedBefore(transaction, now);
        user.ifPresent(id -> AddressLinkStore.expireOf(transaction, id, purpose, now));
        AddressLinkStore.insert(transaction, RandomToken.hash(token.revealText()), purpose, user, email, ends);
        return new Made(token, ends);
    }

    /// What a link stands for, if it still works; using it up is for [#use].
    Optional<AddressLinkStore.Link> find(Purpose purpose, String token) {
        return database.engine().withHandle(handle -> find(handle, purpose, token));
    }

    /// Uses a link up.
    ///
    /// @throws ProblemException `not_found` if it does not work any more
    AddressLinkStore.Link use(Handle transaction, Purpose purpose, String token) {
        AddressLinkStore.Link link = find(transaction, purpose, token).orElseThrow(AddressLinks::gone);
        if (AddressLinkStore.use(transaction, RandomToken.hash(token), clock.instant()) == 0) {
            throw gone();
        }
        return link;
    }

    /// Ends every link of a user, used or not.
    void forget(Handle transaction, long user) {
        AddressLinkStore.deleteOf(transaction, user);
    }

    private Optional<AddressLinkStore.Link> find(Handle handle, Purpose purpose, String token) {
        return AddressLinkStore.find(handle, RandomToken.hash(token), purpose, clock.instant());
    }

    private static ProblemException gone() {
        return new ProblemException(ErrorCode.NOT_FOUND, "This link was used, replaced by a newer one, or is too old.");
    }
}
