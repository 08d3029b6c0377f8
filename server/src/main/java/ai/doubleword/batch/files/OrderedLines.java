package ai.doubleword.batch.files;

import java.io.IOException;

/// The lines of a file that a batch writes, in the order of the requests that they answer. While the batch runs
/// they end before the first request that has no result yet, so a reader who comes again passes over none. Blocks;
/// not thread-safe.
public interface OrderedLines {
    /// Whether no more lines will follow.
    boolean complete();

    /// How many requests there are.
    int requests();

    /// Shows lines until nothing is left or the reader has enough.
    ///
    /// @param from index of the first request whose line is shown
    /// @return the index behind the last request that was shown or passed over
    /// @throws IOException if the store does not answer
    int each(int from, Reader reader) throws IOException;

    /// Who is shown lines.
    @FunctionalInterface
    interface Reader {
        /// @param line with its newline
        /// @return whether to go on
        boolean take(byte[] line) throws IOException;
    }
}
