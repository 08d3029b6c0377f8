package ai.doubleword.bench;

import org.jspecify.annotations.Nullable;

/// One round of one candidate. Times in milliseconds, CPU in microseconds per request.
record Round(
        String candidate,
        long answered,
        long wrong,
        long lost,
        double perSecond,
        double cpuMicros,
        double p50,
        double p99,
        double max,
        double residentMib,
        double mainResidentMib,
        @Nullable Stream stream) {
    /// What streams add: events seen and missed, and from the upstream's stamp to the client for the first event, for
    /// every event, and how far apart two events drifted.
    record Stream(
            long frames,
            long lostFrames,
            double firstP50,
            double firstP99,
            double transitP50,
            double transitP99,
            double gapP99) {}

    static Round of(
            String candidate,
            LoadGenerator.Result result,
            double cpuMicros,
            CpuMeter.@Nullable Reading memory,
            StampedStream.@Nullable StreamTimes times) {
        double seconds = result.seconds();
        Stream stream = times == null
                ? null
                : new Stream(
                        times.frames,
                        times.lost,
                        Latencies.millis(times.first, 50),
                        Latencies.millis(times.first, 99),
                        Latencies.millis(times.transit, 50),
                        Latencies.millis(times.transit, 99),
                        Latencies.millis(times.gap, 99));
        return new Round(
                candidate,
                result.answered(),
                result.wrong(),
                result.lost(),
                result.answered() / seconds,
                result.total() == 0 ? 0 : cpuMicros / result.total(),
                Latencies.millis(result.latency(), 50),
                Latencies.millis(result.latency(), 99),
                Latencies.millis(result.latency(), 100),
                memory == null ? 0 : memory.residentMib(),
                memory == null ? 0 : memory.mainResidentMib(),
                stream);
    }

    /// Prints it as it ends.
    ///
    /// @param number of the round, from 1
    void say(int number) {
        System.out.printf(
                "round %d %-12s %7.1f µs/rq %8.0f rq/s p50 %.3f p99 %.3f ms, %d wrong, %d lost%n",
                number, candidate, cpuMicros, perSecond, p50, p99, wrong, lost);
    }
}
