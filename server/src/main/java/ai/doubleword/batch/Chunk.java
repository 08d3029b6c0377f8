package ai.doubleword.batch;

/// What the database says of a chunk, and by which rules that changes: the one place that decides whether a result
/// counts. Used within the transaction that has locked the row. Immutable.
///
/// @param owner the start of a server that has the lease
/// @param epoch of the lease; grows with each
/// @param lines how many it has
/// @param done those with a recorded result
/// @param bad those of them that failed
/// @param withdrawn those of both that were cancelled by themselves, and so have no result
record Chunk(
        long batch,
        int no,
        ChunkState state,
        long owner,
        int epoch,
        int lines,
        LineBits done,
        LineBits bad,
        LineBits withdrawn) {
    /// A chunk of which no line was withdrawn.
    Chunk(long batch, int no, ChunkState state, long owner, int epoch, int lines, LineBits done, LineBits bad) {
        this(batch, no, state, owner, epoch, lines, done, bad, LineBits.none(lines));
    }

    /// What a recording comes to.
    sealed interface Recording {
        /// The results count; this is the chunk from now on.
        record Counts(Chunk next) implements Recording {}

        /// All of them were withdrawn before: nothing of it counts, but the lease is the sender's.
        record Unwanted() implements Recording {}

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

    /// A line is not wanted any more; nothing changes if it has its result. Who works on it hears of it when its
    /// lease is renewed.
    Chunk withdraw(int place) {
        if (!state.open() || done.has(place)) {
            return this;
        }
        LineBits one = LineBits.of(lines, place);
        LineBits now = done.or(one);
        return new Chunk(batch, no, stateWith(now), owner, epoch, lines, now, bad.or(one), withdrawn.or(one));
    }

    private ChunkState stateWith(LineBits finished) {
        return finished.count() == lines ? ChunkState.DONE : state;
    }

    /// Results come in; those of lines that were withdrawn meanwhile do not count.
    ///
    /// @param good lines with a good answer
    /// @param bads lines that failed for good
    Recording record(long worker, int lease, LineBits good, LineBits bads) {
        if (owner != worker || epoch != lease) {
            return new Recording.Fenced();
        }
        LineBits failed = bads.without(withdrawn);
        LineBits all = good.without(withdrawn).or(failed);
        if (all.count() == 0) {
            return new Recording.Unwanted();
        }
        if (done.contains(all)) {
            return new Recording.Known();
        }
        if (state != ChunkState.LEASED || done.meets(all)) {
            return new Recording.Fenced();
        }
        LineBits now = done.or(all);
        return new Recording.Counts(with(stateWith(now), owner, epoch, now, bad.or(failed)));
    }

    private Chunk with(ChunkState next, long worker, int lease, LineBits finished, LineBits failures) {
        return new Chunk(batch, no, next, worker, lease, lines, finished, failures, withdrawn);
    }

    private void require(boolean legal) {
        if (!legal) {
            throw new IllegalStateException("chunk " + batch + "/" + no + " is " + state);
        }
    }
}
