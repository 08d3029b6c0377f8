package ai.doubleword.batch;

/// What ended of a model, on all nodes or on one, over the last ten to twenty minutes in which any of its lines
/// ran; and the same for the time in which more was wanted than could run, which tells how much the model takes
/// and not only how much was asked of it.
record Throughput(Sum any, Sum full) {
    static final Throughput NOTHING = new Throughput(Sum.NOTHING, Sum.NOTHING);

    private static final double REMEMBERED_SECONDS = 1_200;
    private static final double LEAST_SECONDS = 1;
    private static final double LEAST_LINES = 10;

    /// @param tokens that the lines were expected to take
    /// @param seconds in which lines ran
    record Sum(double lines, double tokens, double seconds) {
        static final Sum NOTHING = new Sum(0, 0, 0);

        /// 0 until there is enough to tell by.
        double linesPerSecond() {
            return known() ? lines / seconds : 0;
        }

        /// 0 until there is enough to tell by.
        double tokensPerSecond() {
            return known() ? tokens / seconds : 0;
        }

        private boolean known() {
            return lines >= LEAST_LINES && seconds >= LEAST_SECONDS;
        }

        private Sum and(long moreLines, long moreTokens, double moreSeconds) {
            Sum sum = new Sum(lines + moreLines, tokens + moreTokens, seconds + moreSeconds);
            return sum.seconds > REMEMBERED_SECONDS ? new Sum(sum.lines / 2, sum.tokens / 2, sum.seconds / 2) : sum;
        }
    }

    /// What of it tells whether deadlines can be kept.
    ///
    /// @param tokensPerSecond that ended; 0 until there is enough to tell by
    /// @param seconds over which it was measured
    /// @param fullTokensPerSecond that ended while more was wanted than could run
    /// @param fullSeconds over which that was measured
    record Measured(double tokensPerSecond, double seconds, double fullTokensPerSecond, double fullSeconds) {
        static final Measured NOTHING = new Measured(0, 0, 0, 0);
    }

    Measured measured() {
        return new Measured(any.tokensPerSecond(), any.seconds(), full.tokensPerSecond(), full.seconds());
    }

    /// What ended in some more seconds.
    ///
    /// @param scarce whether more was wanted than could run
    Throughput and(long lines, long tokens, double seconds, boolean scarce) {
        return new Throughput(any.and(lines, tokens, seconds), scarce ? full.and(lines, tokens, seconds) : full);
    }
}
