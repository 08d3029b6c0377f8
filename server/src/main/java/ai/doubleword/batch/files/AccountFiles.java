package ai.doubleword.batch.files;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.User;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// The files of accounts, each seen by whom it may be seen: by the keys of its maker, by owners and admins of its
/// organization, and by all members where the organization or the key says so. Blocks; thread-safe.
@Singleton
final class AccountFiles implements BatchFiles {
    private final Database database;
    private final Accounts accounts;
    private final FilePurge purge;
    private final OutputContents outputs;
    private final FilesConfig config;
    private final Clock clock;

    AccountFiles(
            Database database,
            Accounts accounts,
            FilePurge purge,
            OutputContents outputs,
            FilesConfig config,
            Clock clock) {
        this.database = database;
        this.accounts = accounts;
        this.purge = purge;
        this.outputs = outputs;
        this.config = config;
        this.clock = clock;
    }

    void add(FileRow row) {
        database.inAccount(row.account(), handle -> {
            FileStore.insert(handle, row);
            return row;
        });
    }

    /// @throws ProblemException `invalid_value` if it is no file's id, `not_found` if the caller sees no such file
    FileRow get(FileCaller caller, String id) {
        return database.inAccount(
                        caller.account(), handle -> FileStore.visible(handle, sight(caller), idOf(id), clock.instant()))
                .orElseThrow(() -> missing(id));
    }

    /// A page of files and whether more follow.
    record Page(List<FileRow> files, boolean more) {}

    /// @param purposes of these only
    /// @param after the last file of the page before
    Page list(FileCaller caller, List<FilePurpose> purposes, Optional<String> after, int limit, boolean oldestFirst) {
        OptionalLong last = after.map(AccountFiles::idOf).map(OptionalLong::of).orElse(OptionalLong.empty());
        FileStore.Page page = new FileStore.Page(sight(caller), purposes, last, limit + 1, oldestFirst);
        List<FileRow> files =
                database.inAccount(caller.account(), handle -> FileStore.list(handle, page, clock.instant()));
        return files.size() > limit ? new Page(files.subList(0, limit), true) : new Page(files, false);
    }

    /// Deletes a file; its bytes go at once, or when the last batch that reads it has ended.
    ///
    /// @throws ProblemException as [#get]
    FileRow delete(FileCaller caller, String id) {
        FileRow row = get(caller, id);
        FileStore.Sight own =
                new FileStore.Sight(caller.account(), governs(caller.account(), caller.member()) ? 0 : caller.member());
        int deleted = database.inAccount(
                caller.account(), handle -> FileStore.delete(handle, own, row.id(), clock.instant()));
        if (deleted == 0) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED, "Only its maker, or an owner or admin, may delete this file.");
        }
        purge.run();
        return row;
    }

    /// The lines of a file.
    FileContent content(FileRow row) {
        if (row.stored().isPresent()) {
            BlobSlice whole = new BlobSlice(row.stored().get().blob(), 0, row.bytes());
            return new FileContent(List.of(new FileContent.LineSlice(whole, Math.toIntExact(row.lines()))), true);
        }
        return outputs.content(row.account(), row.id(), row.batch().orElse(0));
    }

    /// The lines of a file that a batch writes, in the order of the requests that they answer.
    OrderedLines ordered(FileRow row) {
        return outputs.ordered(row.account(), row.id(), row.batch().orElseThrow());
    }

    @Override
    public Optional<BatchFile> find(Principal key, String id) {
        FileCaller caller = FileCaller.of(key);
        OptionalLong parsed = parse(id);
        return parsed.isEmpty()
                ? Optional.empty()
                : database.inAccount(
                                caller.account(),
                                handle -> FileStore.visible(handle, sight(caller), parsed.getAsLong(), clock.instant()))
                        .flatMap(FileRow::asInput);
    }

    @Override
    public Optional<BatchFile> take(Handle handle, Principal key, String id) {
        OptionalLong parsed = parse(id);
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        // Whose work else it sees is only asked where the file is another's.
        FileStore.Sight own = new FileStore.Sight(key.account(), key.member());
        return FileStore.take(handle, own, parsed.getAsLong(), clock.instant())
                .or(() -> seesAll(key.account(), key.member())
                        ? FileStore.take(
                                handle, new FileStore.Sight(key.account(), 0), parsed.getAsLong(), clock.instant())
                        : Optional.empty())
                .flatMap(FileRow::asInput);
    }

    @Override
    public Optional<BatchFile> find(long account, long id) {
        return database.inAccount(account, handle -> FileStore.kept(handle, account, id))
                .flatMap(FileRow::asInput);
    }

    @Override
    public Map<Long, BatchFile> find(Handle handle, Collection<Use> files) {
        return FileStore.kept(handle, files).stream()
                .flatMap(file -> file.asInput().stream())
                .collect(Collectors.toMap(BatchFile::id, Function.identity()));
    }

    @Override
    public long sight(Principal key) {
        return sight(key.account(), key.member());
    }

    @Override
    public long sight(long account, long member) {
        return seesAll(account, member) ? 0 : member;
    }

    @Override
    public boolean use(Handle handle, long account, long file) {
        return FileStore.use(handle, account, file, clock.instant()) > 0;
    }

    @Override
    public void release(Handle handle, List<Use> uses) {
        FileStore.release(handle, uses);
    }

    @Override
    public void addOutputs(Handle handle, long batch, BatchFile input, List<Output> outputs) {
        FileStore.insertOutputs(handle, batch, input, outputs, clock.instant());
    }

    @Override
    public void deleteOutputs(Handle handle, long account, long batch) {
        FileStore.deleteOutputs(handle, account, batch, clock.instant());
    }

    @Override
    public boolean hold(Handle handle, long account, long file) {
        return FileStore.hold(handle, account, file, clock.instant()) > 0;
    }

    @Override
    public void keepOutputs(Handle handle, long account, long batch, Duration life) {
        FileStore.keepOutputs(handle, account, batch, life);
    }

    @Override
    public void sizeOutputs(Handle handle, List<Written> written) {
        FileStore.size(handle, written, clock.instant(), config.retention());
    }

    private FileStore.Sight sight(FileCaller caller) {
        return new FileStore.Sight(caller.account(), sight(caller.account(), caller.member()));
    }

    private boolean seesAll(long account, long member) {
        return governs(account, member)
                || accounts.memberships(member).stream()
                        .filter(place -> place.organization().account() == account)
                        .anyMatch(place -> accounts.terms(place.organization()).sharesAll());
    }

    @Override
    public boolean governs(long account, long member) {
        boolean personal = accounts.user(member).map(User::account).orElse(0L) == account;
        return personal
                || accounts.memberships(member).stream()
                        .filter(place -> place.organization().account() == account)
                        .anyMatch(place -> place.role() != MemberRole.MEMBER);
    }

    private static long idOf(String id) {
        return parse(id)
                .orElseThrow(() -> new ProblemException(Problem.ofParam(
                        ErrorCode.INVALID_VALUE,
                        "file_id",
                        "This is no id of a file: it looks like file_0AbCdEfGhIj.")));
    }

    private static OptionalLong parse(String id) {
        String plain = id.startsWith("file-") ? id.substring("file-".length()) : id;
        return Ids.parse(BatchFile.PREFIX, plain);
    }

    private static ProblemException missing(String id) {
        return new ProblemException(
                ErrorCode.NOT_FOUND, "There is no file '" + (id.length() > 64 ? id.substring(0, 64) : id) + "'.");
    }
}
