package ai.doubleword.simulator;

import java.io.IOException;
import java.nio.file.Path;

/// The simulator as a program.
public final class Simulator {
    private static final String USAGE = """
            Usage: java -jar doubleword-simulator-…-runner.jar [--port N] [--host ADDRESS] [--config FILE] [--event-loops N]

            Serves an OpenAI-compatible API with simulated models. The port is 8000 unless given, 0 picks a free one;
            the address is 127.0.0.1; the configuration is YAML (see SimulatorConfig). Prints the base URL once it is
            ready and runs until it is stopped.
            """;

    private Simulator() {}

    public static void main(String[] args) throws IOException {
        String host = "127.0.0.1";
        int port = 8000;
        int eventLoops = 1;
        SimulatorConfig config = SimulatorConfig.defaults();
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                refuse();
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--port" -> port = Integer.parseInt(value);
                case "--host" -> host = value;
                case "--event-loops" -> eventLoops = Integer.parseInt(value);
                case "--config" -> config = SimulatorConfig.load(Path.of(value));
                default -> refuse();
            }
        }
        Tokens.load();
        SimulatorServer server = SimulatorServer.start(new SimulatedModels(config), host, port, eventLoops);
        System.out.println("Simulator ready on " + server.baseUrl());
    }

    private static void refuse() {
        System.err.print(USAGE);
        System.exit(2);
    }
}
