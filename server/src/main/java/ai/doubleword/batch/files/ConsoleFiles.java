package ai.doubleword.batch.files;

import ai.doubleword.accounts.Caller;
import ai.doubleword.jsonl.LineProblem;
import ai.doubleword.jsonl.LineReport;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Files of requests as a signed-in user makes and chooses them, in the account of the page. Blocks; thread-safe.
@Singleton
public final class ConsoleFiles {
    private final AccountFiles files;
    private final FileUploads uploads;
    private final Database database;

    ConsoleFiles(AccountFiles files, FileUploads uploads, Database database) {
        this.files = files;
        this.uploads = uploads;
        this.database = database;
    }

    /// What became of lines.
    public sealed interface Outcome {
        /// They are a file now.
        record Kept(String id) implements Outcome {}

        /// Some are not right, and nothing is kept.
        ///
        /// @param total how many problems there are; the first thousand are named
        record Wrong(List<LineProblem> problems, long total) implements Outcome {}
    }

    /// Makes lines a file.
    ///
    /// @throws IOException if the store refuses
    public Outcome keep(Caller user, String name, byte[] lines) throws IOException {
        return switch (uploads.take(caller(database, user), name, OptionalLong.empty(), out -> out.write(lines))) {
            case FileUploads.Outcome.Kept(FileRow file) -> new Outcome.Kept(Ids.format(BatchFile.PREFIX, file.id()));
            case FileUploads.Outcome.Wrong(LineReport report) ->
                new Outcome.Wrong(report.problems(), report.problemCount());
        };
    }

    /// A file of requests that the user sees.
    ///
    /// @throws ai.doubleword.platform.ProblemException `not_found` if there is none, or it is another's
    public Optional<BatchFile> find(Caller user, String id) {
        return files.get(caller(database, user), id).asInput();
    }

    /// The newest files of requests that the user sees.
    public List<BatchFile> newest(Caller user, int limit) {
        return files
                .list(caller(database, user), List.of(FilePurpose.BATCH), Optional.empty(), limit, false)
                .files()
                .stream()
                .flatMap(file -> file.asInput().stream())
                .toList();
    }

    /// A user of the console as the files know callers.
    static FileCaller caller(Database database, Caller user) {
        return new FileCaller(
                user.account(),
                user.user(),
                "",
                database.engine().withHandle(handle -> FileStore.groups(handle, user.account())),
                List.of());
    }
}
