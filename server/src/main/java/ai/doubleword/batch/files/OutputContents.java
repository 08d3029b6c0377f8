package ai.doubleword.batch.files;

/// What batches have written so far. The batch engine provides it; files know nothing else of batches.
public interface OutputContents {
    /// The lines of an output or error file, those of committed segments in the order of their commit: a later call
    /// answers the same slices and maybe more behind them, until it is complete.
    ///
    /// @param account that owns the file
    /// @param file an id that [BatchFiles#addOutput] made
    /// @param batch that the file was made for
    FileContent content(long account, long file, long batch);

    /// The lines of the same file, in the order of the requests that they answer: of each request the newest.
    ///
    /// @param account as for [#content], like the others
    OrderedLines ordered(long account, long file, long batch);

    /// Forgets what a batch wrote once it has ended and all of its files are deleted; does nothing before.
    void forget(long batch);
}
