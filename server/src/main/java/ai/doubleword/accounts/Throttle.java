package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// Slows down guessing (S-15): of an account by its address, and from one place. The first tries are free, then
/// each doubles the wait, up to a quarter of an hour. An address that no user has is slowed down like any other.
///
/// A try counts before it is known whether it is right, in one statement: tries at the same time do not slip
/// through. It lives in the database, so that it holds over all nodes. Blocking, thread-safe.
@Singleton
public final class Throttle {
    static final int FREE_PER_ACCOUNT = 5;
    static final int FREE_PER_CLIENT = 30;
    static final Duration LONGEST = Duration.ofMinutes(15);

    /// Tries are forgotten after this long without one.
    static final Duration MEMORY = Duration.ofHours(24);

    private final Database database;
    private final Clock clock;

    Throttle(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Counts a try.
    ///
    /// @param account the address that was tried
    /// @param client where the try comes from
    /// @throws ProblemException `too_many_attempts` with the time to wait; nothing may be tried then
    void attempt(String account, String client) {
        attempt(clientSubject(client), FREE_PER_CLIENT);
        attempt(accountSubject(account), FREE_PER_ACCOUNT);
    }

    /// Takes a try back that was right: the account's count starts anew, the client's loses this one only, for
    /// else somebody with an account of their own could go on for ever.
    void succeeded(String account, String client) {
        database.engine().useTransaction(handle -> {
            ThrottleStore.forget(handle, accountSubject(account));
            ThrottleStore.takeBack(handle, clientSubject(client), clock.instant());
        });
    }

    /// Counts a try at something else than signing in.
    ///
    /// @param what is tried, as `user-code`
    /// @param subject who tries
    /// @param free how many tries cost nothing
    /// @throws ProblemException as [#attempt(String,String)]
    public void count(String what, String subject, int free) {
        attempt(RandomToken.hash(what + ':' + subject), free);
    }

    /// Takes one such try back, which was right. Those before it still count, for else somebody with a right one could
    /// go on for ever.
    public void takeBack(String what, String subject) {
        database.engine()
                .useHandle(handle ->
                        ThrottleStore.takeBack(handle, RandomToken.hash(what + ':' + subject), clock.instant()));
    }

    private void attempt(byte[] subject, int free) {
        Instant now = clock.instant();
        Optional<Instant> blocked = database.engine().inTransaction(handle -> {
            ThrottleStore.forgetBefore(handle, now.minus(MEMORY));
            boolean counted = ThrottleStore.count(handle, subject, now, free, LONGEST);
            return counted ? Optional.empty() : ThrottleStore.blockedUntil(handle, subject);
        });
        blocked.ifPresent(until -> {
            throw new ProblemException(Problem.retry(
                    ErrorCode.TOO_MANY_ATTEMPTS,
                    "Too many attempts. Wait a little, then try again.",
                    Duration.between(now, until)));
        });
    }

    private static byte[] accountSubject(String account) {
        return RandomToken.hash("account:" + account.strip().toLowerCase(Locale.ROOT));
    }

    private static byte[] clientSubject(String client) {
        return RandomToken.hash("client:" + network(client));
    }

    /// Where an address is: one customer has a whole /64 of IPv6 addresses, and could else try from a new one each
    /// time.
    static String network(String client) {
        byte[] address = InetAddress.ofLiteral(client).getAddress();
        return HexFormat.of().formatHex(address.length == 16 ? Arrays.copyOf(address, 8) : address);
    }
}
