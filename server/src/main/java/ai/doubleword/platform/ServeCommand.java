package ai.doubleword.platform;

import io.quarkus.runtime.Quarkus;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs the server until it is told to stop.
@Command(name = "serve", description = "Run the server.")
public final class ServeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ProgramOptions options;

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on; 0 takes a free one. Default: 8080.")
    private @Nullable Integer port;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "Address to listen on. Default: 127.0.0.1.")
    private @Nullable String bind;

    @Option(
            names = "--demo",
            description =
                    "Fill an empty system with demo data: users, an organization, models, 30 days of requests and a"
                            + " minute of real calls. Removed by: doubleword demo remove.")
    private boolean demo;

    @Override
    public Integer call() {
        options.apply();
        if (port != null) {
            System.setProperty("doubleword.server.port", port.toString());
        }
        if (bind != null) {
            System.setProperty("doubleword.server.bind", bind);
        }
        if (demo) {
            System.setProperty("doubleword.demo.on-start", "true");
        }
        List<Finding> findings = ConfigurationCheck.of(Configuration.load());
        findings.forEach(spec.commandLine().getErr()::println);
        if (ConfigurationCheck.hasErrors(findings)) {
            spec.commandLine()
                    .getErr()
                    .println("The server was not started. Check again with: doubleword config check");
            return 1;
        }
        // The frame would log a refusal with its stack trace; what a person can act on is said in two lines below.
        System.setProperty("quarkus.log.category.\"io.quarkus.runtime.Application\".level", "OFF");
        AtomicInteger ended = new AtomicInteger();
        Quarkus.run(ServerRun.class, (status, failure) -> {
            ended.set(status);
            if (failure != null) {
                StartFailure.explain(
                        failure, ServerRun.localUrl(), spec.commandLine().getErr());
            }
        });
        return ended.get();
    }
}
