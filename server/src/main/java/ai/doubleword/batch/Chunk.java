package ai.doubleword.batch;

/// What the database says of a chunk, and by which rules that changes: the one place that decides whether a result
/// counts. Used within the transaction that has locked the row. Immutable.
///
/// @param owner the start of a server that has the lease
/// @param epoch of the lease; grows with each
/// @param lines how many it has
/// @param done those with a recorded result
/// @param bad those of them that failed
record Chunk(long batch, int no, ChunkState state, long owner, int epoch, int lines, LineBits done, LineBits bad) {
    /// What a recording comes to.
    sealed interface Recording {
        /// The results count; this is the chunk from now on.
        record Counts(Chunk next) implements Recording {}

        /// They were recorded already, by this very lease: the commit whose answer was lost is done.
        record Known() implements Recording {}

        /// The lease is not the sender's any more.
        record Fenced() implements Recording {}
    }

    /// A worker takes it.
    ///
    /// @throws IllegalStateException if it is not ready
    Chunk claim(long worker) {
        require(state == ChunkState.READY);
        return with(ChunkState.LEASED, worker, epoch + 1, done, bad);
    }

    /// Its lease ended, or was given back.
    ///
    /// @param goesOn whether the batch wants the rest done
    Chunk free(boolean goesOn) {
        require(state == ChunkState.LEASED);
        return with(goesOn ? ChunkState.READY : ChunkState.CANCELLED, 0, epoch, done, bad);
    }

    /// The rest is not wanted any more. A lease is left to end by itself.
    Chunk cancel() {
        require(state.open());
        return state == ChunkState.LEASED ? this : with(ChunkState.CANCELLED, 0, epoch, done, bad);
    }

    /// Results come in.
    ///
    /// @param ok lines with a good answer
    /// @param failed lines that failed for good
    Recording record(long worker, int lease, LineBits ok, LineBits failed) {
        if (owner != worker || epoch != lease) {
            return new Recording.Fenced();
        }
        LineBits all = ok.or(failed);
        if (done.contains(all)) {
            return new Recording.Known();
        }
        if (state != ChunkState.LEASED || done.meets(all)) {
            return new Recording.Fenced();
        }
        LineBits now = done.or(all);
        return new Recording.Counts(
                with(now.count() == lines ? ChunkState.DONE : state, owner, epoch, now, bad.or(failed)));
    }

    private Chunk with(ChunkState next, long worker, int lease, LineBits finished, LineBits failures) {
        return new Chunk(batch, no, next, worker, lease, lines, finished, failures);
    }

    private void require(boolean legal) {
        if (!legal) {
            throw new IllegalStateException("chunk " + batch + "/" + no + " is " + state);
        }
    }
}
