package ai.doubleword.bench;

import java.util.List;

/// Something measured: it stands between the load generator and the upstream.
interface Candidate extends AutoCloseable {
    String name();

    int port();

    /// The process whose CPU and memory count, children included; 0: none.
    long pid();

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
        public long pid() {
            return 0;
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
