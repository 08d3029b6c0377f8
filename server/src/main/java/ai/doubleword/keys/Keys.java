package ai.doubleword.keys;

import ai.doubleword.accounts.MemberLeft;
import ai.doubleword.accounts.OrganizationEnded;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Base62;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Issuing, changing, rotating and ending keys. Every method takes the account it acts in and finds nothing of
/// another's: a foreign id throws `not_found`. Blocking, thread-safe, one transaction each; every node's ring
/// hears of it within a second.
@Singleton
public final class Keys implements MemberLeft, OrganizationEnded {
    /// Every right that a platform key can have.
    public static final Set<String> ALL_RIGHTS = KeyRules.ALL_RIGHTS;

    private static final int HMAC_BYTES = 32;

    private final Database database;
    private final Peppers peppers;
    private final Ids ids;
    private final SecureRandom random;
    private final Clock clock;
    private final AuditTrail audit;

    Keys(Database database, Peppers peppers, Ids ids, SecureRandom random, Clock clock, AuditTrail audit) {
        this.database = database;
        this.peppers = peppers;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
        this.audit = audit;
    }

    /// A page of the account's keys, newest first; deleted ones are off the list.
    public record Page(List<ApiKey> keys, long total) {}

    /// Makes a key. Its text is in the answer and nowhere else.
    ///
    /// @param grantable the rights that may be given to a platform key; it gets the usual ones of them unless its
    ///     terms
    ///     name some
    /// @throws ProblemException `invalid_value` or `permission_denied` for terms that may not be
    public IssuedKey issue(long account, long createdBy, KeyType type, KeyTerms terms, Set<String> grantable) {
        KeyTerms checked = KeyRules.check(type, terms, grantable, clock.instant());
        return database.inAccount(account, handle -> {
            IssuedKey issued = insert(handle, account, createdBy, type, checked, ids.next(), null);
            audit.record(
                    handle, event("key.created", account, issued.key().id()).to(shown(issued.key())));
            return issued;
        });
    }

    /// Makes a key for a member, who gets its secret by opening it: until then there is none that anybody could know.
    ///
    /// @param maker who makes it, and never sees the secret
    /// @param member as whom it will act
    /// @throws ProblemException as [#issue]
    ApiKey issueUnopened(long account, long maker, long member, KeyType type, KeyTerms terms, Set<String> grantable) {
        Instant now = clock.instant();
        KeyTerms checked = KeyRules.check(type, terms, grantable, now);
        return database.inAccount(account, handle -> {
            String id = digits(KeyFormat.ID_LENGTH);
            ApiKey key = new ApiKey(
                    id, ids.next(), account, member, maker, true, type, checked, null, null, null, "", null, now);
            byte[] fitsNone = new byte[HMAC_BYTES];
            random.nextBytes(fitsNone);
            ApiKeyStore.insert(handle, key, ApiKeyStore.currentPepper(handle), fitsNone);
            audit.record(handle, event("key.created", account, id).to(shown(key)));
            return key;
        });
    }

    /// Gives a key that was made for a user its secret. Its text is in the answer and nowhere else.
    ///
    /// @throws ProblemException `not_found` for what was not made for this user, `conflict` for one that was
    ///     opened or has ended
    IssuedKey open(long account, long user, String id) {
        return database.engine().inTransaction(handle -> {
            if (ApiKeyStore.lock(handle, account, id)
                    .filter(key -> key.createdBy() == user)
                    .isEmpty()) {
                throw notFound();
            }
            ApiKey key = lockAlive(handle, account, id);
            if (!key.unopened()) {
                throw new ProblemException(
                        ErrorCode.CONFLICT,
                        "This key was opened already, and its secret is kept nowhere. Ask for another, or rotate it.");
            }
            String secret = digits(KeyFormat.SECRET_LENGTH);
            int pepper = ApiKeyStore.currentPepper(handle);
            ApiKeyStore.open(handle, account, id, pepper, hmac(pepper, secret));
            audit.record(handle, event("key.opened", account, id));
            ApiKey opened = ApiKeyStore.find(handle, account, id).orElseThrow(Keys::notFound);
            return new IssuedKey(opened, Secret.of(KeyFormat.compose(key.type(), id, secret)));
        });
    }

    /// The key with a public id.
    public ApiKey get(long account, String id) {
        return database.inAccount(account, handle -> ApiKeyStore.find(handle, account, id))
                .orElseThrow(Keys::notFound);
    }

    public Page list(long account, int skip, int limit) {
        return database.inAccount(
                account,
                handle -> new Page(ApiKeyStore.list(handle, account, skip, limit), ApiKeyStore.count(handle, account)));
    }

    /// How many keys of an account work now, sample keys included.
    public long working(long account) {
        return database.inAccount(account, handle -> KeyListStore.working(handle, account, clock.instant()));
    }

    /// Changes what the owner says of a key.
    ///
    /// @param change from the terms in force to the new ones; runs while the row is locked
    /// @throws ProblemException `conflict` for a key that no longer works
    public ApiKey change(long account, String id, UnaryOperator<KeyTerms> change, Set<String> grantable) {
        return database.inAccount(account, handle -> {
            ApiKey key = lockAlive(handle, account, id);
            Set<String> rights = new HashSet<>(key.terms().scopes().rights());
            rights.addAll(grantable);
            KeyTerms changed = KeyRules.check(key.type(), change.apply(key.terms()), rights, clock.instant());
            ApiKeyStore.updateTerms(handle, account, id, changed);
            ApiKey after = ApiKeyStore.find(handle, account, id).orElseThrow(Keys::notFound);
            audit.record(
                    handle, event("key.changed", account, id).from(shown(key)).to(shown(after)));
            return after;
        });
    }

    /// Makes a new key of the same family and terms; the old one works on for the overlap. A key with an expiry
    /// passes on its lifetime, counted from now. The new key acts as who rotates: rotating gains nobody another's
    /// role.
    ///
    /// @throws ProblemException `conflict` for a key that no longer works, or that was rotated already
    public IssuedKey rotate(long account, long by, String id, Overlap overlap) {
        return database.inAccount(account, handle -> {
            ApiKey old = lockOpened(handle, account, id);
            if (old.retiresAt() != null) {
                throw new ProblemException(
                        ErrorCode.CONFLICT, "This key was rotated already; rotate the one that replaced it.");
            }
            Instant now = clock.instant();
            IssuedKey issued = successor(handle, account, by, old, now);
            ApiKeyStore.retire(handle, account, id, now.plus(overlap.duration()));
            if (overlap == Overlap.NONE) {
                ApiKeyStore.revoke(handle, account, id, now, null, "rotated");
            }
            audit.record(
                    handle,
                    event("key.rotated", account, id)
                            .to(Map.of("by", ApiKey.PREFIX + '_' + issued.key().id(), "overlap", overlap.name())));
            return issued;
        });
    }

    /// Ends a key that others know, its streams and its work too, and makes a new one of the same family and terms.
    ///
    /// @throws ProblemException `conflict` for a key that no longer works
    IssuedKey replaceLeaked(long account, long by, String id) {
        return database.inAccount(account, handle -> {
            ApiKey old = lockOpened(handle, account, id);
            Instant now = clock.instant();
            IssuedKey issued = successor(handle, account, by, old, now);
            ApiKeyStore.revoke(handle, account, id, now, true, "leaked");
            ApiKeyStore.cancelWork(handle, account, id);
            audit.record(
                    handle,
                    event("key.leaked", account, id)
                            .to(Map.of("by", ApiKey.PREFIX + '_' + issued.key().id())));
            return issued;
        });
    }

    private IssuedKey successor(Handle handle, long account, long by, ApiKey old, Instant now) {
        Instant expiry = old.terms().expiresAt();
        Instant next = expiry == null ? null : now.plus(Duration.between(old.created(), expiry));
        return insert(handle, account, by, old.type(), old.terms().withExpiry(next), old.family(), old.id());
    }

    /// Ends a key and keeps its row. Ending one that has ended changes nothing.
    ///
    /// @param cut whether running streams are cut; null leaves it to the key's own policy
    /// @param because for the owner; may be empty
    public ApiKey revoke(long account, String id, @Nullable Boolean cut, String because) {
        return revoke(account, id, cut, Work.FINISH, because);
    }

    /// What becomes of batches and background requests that were accepted from a key.
    public enum Work {
        FINISH,
        /// No request is begun any more; those under way end and count.
        CANCEL
    }

    /// Ends a key and keeps its row; one that has ended may still have its work cancelled.
    ///
    /// @param cut whether running streams are cut; null leaves it to the key's own policy
    /// @param because for the owner; may be empty
    public ApiKey revoke(long account, String id, @Nullable Boolean cut, Work work, String because) {
        return database.inAccount(account, handle -> {
            ApiKey key = ApiKeyStore.lock(handle, account, id).orElseThrow(Keys::notFound);
            ApiKeyStore.revoke(handle, account, key.id(), clock.instant(), cut, because);
            settle(handle, account, id, work);
            audit.record(handle, event("key.revoked", account, id).to(Map.of("because", because, "work", work(work))));
            return ApiKeyStore.find(handle, account, id).orElseThrow(Keys::notFound);
        });
    }

    private static void settle(Handle handle, long account, String id, Work work) {
        if (work == Work.CANCEL) {
            ApiKeyStore.cancelWork(handle, account, id);
        }
    }

    private static String work(Work work) {
        return work.name().toLowerCase(Locale.ROOT);
    }

    /// Ends a key, deleted or not, cuts its streams and cancels its work; for a leak.
    void end(long account, String id, String because) {
        database.inAccount(account, handle -> {
            ApiKeyStore.revoke(handle, account, id, clock.instant(), true, because);
            ApiKeyStore.cancelWork(handle, account, id);
            audit.record(handle, event("key.revoked", account, id).to(Map.of("because", because)));
            return id;
        });
    }

    /// Revokes a key if needed and takes it off the list.
    public void delete(long account, String id, Work work) {
        database.inAccount(account, handle -> {
            ApiKey key = ApiKeyStore.lock(handle, account, id).orElseThrow(Keys::notFound);
            ApiKeyStore.revoke(handle, account, key.id(), clock.instant(), null, "deleted");
            ApiKeyStore.delete(handle, account, id, clock.instant());
            settle(handle, account, id, work);
            audit.record(handle, event("key.deleted", account, id).to(Map.of("work", work(work))));
            return id;
        });
    }

    /// Who owns a key, whoever that is: for the local operator only.
    public Optional<Long> accountOf(String id) {
        return database.engine().withHandle(handle -> ApiKeyStore.accountOf(handle, id));
    }

    /// New keys are hashed under a new pepper from now on; those of before go on under theirs.
    ///
    /// @return the id of the new pepper
    public int rotatePepper() {
        return database.engine().inTransaction(handle -> {
            ApiKeyStore.acceptPeppers(handle);
            int pepper = ApiKeyStore.addPepper(handle);
            audit.record(handle, AuditEvent.of("pepper.rotated", 0, Integer.toString(pepper)));
            return pepper;
        });
    }

    @Override
    public void left(Handle transaction, long account, long user) {
        int ended = ApiKeyStore.revokeOfMaker(
                transaction, account, user, clock.instant(), "its maker left the organization");
        audit.record(
                transaction,
                AuditEvent.of("keys.revoked", account, Ids.format(User.PREFIX, user))
                        .to(Map.of("ended", ended)));
    }

    @Override
    public String ending(Handle handle, long account, long user) {
        return words(KeyListStore.workingOfMaker(handle, account, user, clock.instant()));
    }

    @Override
    public void ended(Handle transaction, long account) {
        ApiKeyStore.revokeAll(transaction, account, clock.instant(), "the organization was deleted");
        ApiKeyStore.cancelAllWork(transaction, account);
    }

    @Override
    public String ending(Handle handle, long account) {
        return words(KeyListStore.working(handle, account, clock.instant()));
    }

    private static String words(long keys) {
        return keys == 0 ? "" : keys + (keys == 1 ? " API key" : " API keys");
    }

    /// A key as the API shows it: without its secret.
    private Map<String, ?> shown(ApiKey key) {
        return Map.of("key", KeyView.of(key, clock.instant()));
    }

    private static AuditEvent event(String kind, long account, String id) {
        return AuditEvent.of(kind, account, ApiKey.PREFIX + '_' + id);
    }

    private ApiKey lockAlive(Handle handle, long account, String id) {
        ApiKey key = ApiKeyStore.lock(handle, account, id).orElseThrow(Keys::notFound);
        if (!key.alive(clock.instant())) {
            throw new ProblemException(
                    ErrorCode.CONFLICT, "This key is " + key.status(clock.instant()) + ": make a new one.");
        }
        return key;
    }

    private ApiKey lockOpened(Handle handle, long account, String id) {
        ApiKey key = lockAlive(handle, account, id);
        if (key.unopened()) {
            throw new ProblemException(
                    ErrorCode.CONFLICT, "The member whom this key is for has not opened it: it has no secret yet.");
        }
        return key;
    }

    private IssuedKey insert(
            Handle handle,
            long account,
            long createdBy,
            KeyType type,
            KeyTerms terms,
            long family,
            @Nullable String rotatedFrom) {
        String id = digits(KeyFormat.ID_LENGTH);
        String secret = digits(KeyFormat.SECRET_LENGTH);
        ApiKey key = new ApiKey(
                id,
                family,
                account,
                createdBy,
                null,
                false,
                type,
                terms,
                rotatedFrom,
                null,
                null,
                "",
                null,
                clock.instant());
        int pepper = ApiKeyStore.currentPepper(handle);
        ApiKeyStore.insert(handle, key, pepper, hmac(pepper, secret));
        return new IssuedKey(key, Secret.of(KeyFormat.compose(type, id, secret)));
    }

    private byte[] hmac(int pepper, String secret) {
        return peppers.mac(pepper).doFinal(secret.getBytes(StandardCharsets.US_ASCII));
    }

    private String digits(int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(Base62.character(random.nextInt(62)));
        }
        return text.toString();
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such key.");
    }
}
