package ai.doubleword.batch.files;

import ai.doubleword.keys.Principal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The files of accounts, as the batch engine needs them. Blocks; thread-safe.
public interface BatchFiles {
    /// An uploaded file that a key may use: of its account, and visible to it.
    ///
    /// @param key who asks
    /// @param id as users write it: `file_…`, `file-…` or bare
    /// @return nothing if there is none, it is another's, deleted, expired, or no input file
    Optional<BatchFile> find(Principal key, String id);

    /// An uploaded file of an account, also a deleted one as long as it is in use.
    Optional<BatchFile> find(long account, long id);

    /// Uploaded files, as [#find(long, long)], by their ids; those that are gone are not among them.
    ///
    /// @param handle as `dw_engine`
    Map<Long, BatchFile> find(Handle handle, Collection<Use> files);

    /// Whose work a key sees: a member's id, or 0 for everybody's of its account.
    long sight(Principal key);

    /// As [#sight(Principal)], for a user in an account.
    long sight(long account, long member);

    /// Whether a user may change what others made in an account: it is the user's own, or its organization has the user
    /// as owner or admin.
    boolean governs(long account, long member);

    /// As [#find(Principal, String)] and [#use] at once. Part of the caller's transaction, which creates the
    /// batch: other orders of the file wait for its end.
    ///
    /// @param handle as `dw_app` within the key's account
    Optional<BatchFile> take(Handle handle, Principal key, String id);

    /// Keeps a file's bytes until [#release], whatever happens to the file meanwhile. Part of the caller's transaction,
    /// which creates the batch, or has it go on.
    ///
    /// @param handle as `dw_engine`, or as `dw_app` within the account
    /// @return false if the file is gone
    boolean use(Handle handle, long account, long file);

    /// A use of a file, by one batch.
    record Use(long account, long file) {}

    /// Ends uses. Part of the caller's transaction, which ends their batches.
    ///
    /// @param uses the same file as often as batches that used it end
    void release(Handle handle, List<Use> uses);

    /// A file that a batch will write.
    ///
    /// @param id made by the caller
    /// @param purpose output or error
    /// @param name as its user will see it
    record Output(long id, FilePurpose purpose, String name) {}

    /// Makes the rows of files that a batch will write, so that their ids are known from the beginning. Part of the
    /// caller's transaction.
    ///
    /// @param batch that writes them
    /// @param input the file that the batch reads, from which owner, member and key are taken
    void addOutputs(Handle handle, long batch, BatchFile input, List<Output> outputs);

    /// Deletes the files that a batch wrote. Part of the caller's transaction, which deletes the batch.
    void deleteOutputs(Handle handle, long account, long batch);

    /// Keeps a file that a batch wrote while that goes on. Part of the caller's transaction.
    ///
    /// @return false if it is deleted or expired
    boolean hold(Handle handle, long account, long file);

    /// Has what a batch writes, also by a later retry, kept for so long from its end on, whatever `files.retention`
    /// says. Part of the caller's transaction.
    void keepOutputs(Handle handle, long account, long batch, Duration life);

    /// How large a file is that a batch wrote.
    record Written(long account, long file, long bytes, long lines) {}

    /// Says how large written files are: nothing more is written, and they are kept as [#keepOutputs] says from now on,
    /// or else for `files.retention`. Part of the caller's transaction.
    void sizeOutputs(Handle handle, List<Written> written);
}
