package ai.doubleword.batch;

import java.io.IOException;

/// The requests of one chunk, by their place in it, wherever they lie. Blocks; thread-safe.
interface ChunkRequests {
    /// How many there are.
    int count();

    /// What a usage row calls a line: its number in its file; for one that came singly, its place from 1.
    int number(int place);

    /// What a line is charged in its account's share before anybody knows.
    long tokens(int place);

    /// The key of the lines of the chunk that begin like this one; 0 if none does.
    default long group(int place) {
        return 0;
    }

    LineInput read(int place) throws IOException;
}
