package ai.doubleword.keys;

import ai.doubleword.limits.Rates;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One key in the ring: its row, the account and user it depends on, and what requests get to see of it.
///
/// Account and user are holders that all of their keys share, so that a change of an account with 100,000 keys is
/// one write; the principal is made anew at the first check after it. All of it may be read and used from any
/// thread.
final class RingEntry {
    /// What the ring needs of a key's row.
    ///
    /// @param expiresAtMillis the earlier of expiry and the end of a rotation's overlap; [Long#MAX_VALUE] for
    ///     never
    @SuppressWarnings("ArrayRecordComponent") // Never compared but in constant time, never changed.
    record Row(
            String id,
            long family,
            long account,
            long createdBy,
            KeyType type,
            int pepper,
            byte[] hmac,
            KeyScopes scopes,
            Rates rates,
            boolean cutStreams,
            long expiresAtMillis,
            boolean revoked,
            long version) {}

    /// What an account adds to its keys.
    ///
    /// @param serial grows with each change seen here
    record Terms(Rates rates, Set<Long> groups, long serial) {}

    /// The terms of an account, shared by its keys.
    static final class AccountTerms {
        volatile Terms terms;

        AccountTerms(Terms terms) {
            this.terms = terms;
        }
    }

    /// Whether a user is let in, shared by the keys that the user made.
    static final class Maker {
        volatile boolean disabled;

        Maker(boolean disabled) {
            this.disabled = disabled;
        }
    }

    private record Made(long serial, KeyVerdict.Verified verdict) {}

    final Row row;
    final Maker maker;
    private final AccountTerms account;
    private volatile @Nullable Made made;

    /// Of the last complete load that saw this key; touched by the feed's thread only.
    int generation;

    private volatile ApiKey.@Nullable LastUse lastUse;
    private volatile long usedAtMillis;

    RingEntry(Row row, AccountTerms account, Maker maker) {
        this.row = row;
        this.account = account;
        this.maker = maker;
    }

    /// The verdict for a request that showed the right secret of a key that is alive.
    KeyVerdict.Verified verified() {
        Terms terms = account.terms;
        Made known = made;
        if (known == null || known.serial() != terms.serial()) {
            known = new Made(terms.serial(), new KeyVerdict.Verified(principal(terms)));
            made = known;
        }
        return known.verdict();
    }

    /// Whether the last use was noted so lately that another need not be.
    boolean usedSince(long millis) {
        return usedAtMillis > millis;
    }

    /// Remembers a use.
    ///
    /// @return whether it is the first since the last one was taken
    boolean use(ApiKey.LastUse use) {
        boolean first = lastUse == null;
        lastUse = use;
        usedAtMillis = use.at().toEpochMilli();
        return first;
    }

    /// Takes the last use away, to write it down.
    ApiKey.@Nullable LastUse takeUse() {
        ApiKey.LastUse taken = lastUse;
        lastUse = null;
        return taken;
    }

    private Principal principal(Terms terms) {
        return new Principal(
                row.id(),
                row.family(),
                row.account(),
                row.createdBy(),
                row.type(),
                row.scopes(),
                row.rates(),
                terms.rates(),
                terms.groups(),
                row.cutStreams(),
                row.expiresAtMillis(),
                row.version() + terms.serial());
    }
}
