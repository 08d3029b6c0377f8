package ai.doubleword.bench;

import java.util.List;

/// Something measured: it stands between the load generator and the upstream.
interface Candidate extends AutoCloseable {
    String name();

    int port();

    /// The processes whose CPU and memory count, children included, the most interesting first; empty: none.
    List<Long> pids();

    /// The keys to send, taking turns.
    List<String> keys();

    /// The models to ask for, taking turns.
    List<String> models();

    /// How long it needs until it is as fast as it gets.
    default double warmupSeconds(Scenario scenario) {
        return 1;
    }

    @Override
    void close();

    /// The upstream with nothing in front.
    record Direct(int port, String model) implements Candidate {
        @Override
        public String name() {
            return "direct";
        }

        @Override
        public List<Long> pids() {
            return List.of();
        }

        @Override
        public List<String> keys() {
            return List.of("none");
        }

        @Override
        public List<String> models() {
            return List.of(model);
        }

        @Override
        public void close() {}
    }
}
