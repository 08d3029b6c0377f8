package ai.doubleword.accounts;

import org.jdbi.v3.core.Handle;

/// What a feature keeps of users: it hands it out to them, and forgets it when they are erased. A feature that stores
/// something personal, or payloads, implements it; nothing else is needed to be part of both.
public interface PersonalData {
    /// Its name in an export, as `keys`.
    String section();

    /// What there is of a user, as something that becomes JSON. Without secrets.
    ///
    /// @param handle over all accounts: the query names the user
    Object export(Handle handle, User user);

    /// Forgets what is personal, payloads too, in the transaction that erases the user. What money or the audit log
    /// rests on stays: the user's id alone leads there.
    void erase(Handle transaction, User user);
}
