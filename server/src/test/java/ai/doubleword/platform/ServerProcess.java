package ai.doubleword.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The built program as a process of its own, for tests that kill it, signal it, or start two of it. They are `*IT`
/// classes, which Maven runs after the build.
///
/// ```java
/// try (ServerProcess server = ServerProcess.in(home).start()) {
///     server.get("/v1/models", server.key());
///     server.kill();
///     try (ServerProcess again = server.again().start()) { … }
/// }
/// ```
public final class ServerProcess implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("dw_sk_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}");
    private static final Pattern LINK = Pattern.compile("http\\S+/claim/(\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final Plan plan;
    private final Process process;
    private final Path output;

    private ServerProcess(Plan plan, Process process, Path output) {
        this.plan = plan;
        this.process = process;
        this.output = output;
    }

    /// How to start one: home, port, arguments, environment. Immutable.
    public record Plan(Path home, int port, List<String> arguments, Map<String, String> environment) {
        public Plan {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }

        /// With more arguments of `serve`.
        public Plan with(String... more) {
            List<String> all = new ArrayList<>(arguments);
            all.addAll(Arrays.asList(more));
            return new Plan(home, port, all, environment);
        }

        public Plan withEnvironment(String name, String value) {
            Map<String, String> all = new TreeMap<>(environment);
            all.put(name, value);
            return new Plan(home, port, arguments, all);
        }

        public Plan onPort(int other) {
            return new Plan(home, other, arguments, environment);
        }

        /// Starts it and waits until it is ready.
        public ServerProcess start() {
            ServerProcess server = launch();
            try {
                server.awaitReady();
                return server;
            } catch (RuntimeException e) {
                server.process.destroyForcibly();
                throw e;
            }
        }

        /// Starts it and waits until it ends, because it should refuse to run.
        public Ended refuse() {
            try (ServerProcess server = launch()) {
                return server.awaitEnd();
            }
        }

        /// Starts it and does not wait.
        public ServerProcess launch() {
            try {
                Path folder = Files.createDirectories(home.toAbsolutePath().getParent());
                Path output = Files.createTempFile(folder, "server-", ".log");
                List<String> command = program();
                command.addAll(List.of("serve", "--home", home.toString(), "--port", Integer.toString(port)));
                command.addAll(arguments);
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
                builder.environment().keySet().removeIf(name -> name.startsWith("DOUBLEWORD_"));
                builder.environment().putAll(environment);
                return new ServerProcess(this, builder.start(), output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<String> program() {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-jar",
                Path.of("target", "quarkus-app", "quarkus-run.jar")
                        .toAbsolutePath()
                        .toString()));
    }

    /// How a process ended and what it said.
    public record Ended(int status, String output) {}

    /// A server in a folder, which it makes if need be, on a free port.
    public static Plan in(Path home) {
        return new Plan(home, freePort(), List.of(), Map.of());
    }

    /// Another node in a folder of its own, on this one's database and store, which must live on until it has
    /// ended. Keys of this one work there.
    public Plan beside(Path home) {
        EmbeddedPostgres.Place place = EmbeddedPostgres.Place.inHome(plan.home());
        try {
            String database = "postgresql://127.0.0.1:" + PostgresSettings.port(place.data()) + "/doubleword?user="
                    + EmbeddedPostgres.SUPERUSER + "&password="
                    + Files.readString(place.password()).strip();
            Path secrets = plan.home().toAbsolutePath().resolve("secrets");
            return in(home).withEnvironment("DATABASE_URL", database)
                    .withEnvironment(
                            "DOUBLEWORD_MASTER_KEY_FILE",
                            secrets.resolve("master.key").toString())
                    .withEnvironment(
                            "DOUBLEWORD_BLOBS_FOLDER",
                            plan.home().toAbsolutePath().resolve("blobs").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same again: same home, same port.
    public Plan again() {
        return plan;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + plan.port());
    }

    public long pid() {
        return process.pid();
    }

    /// The inference key that the first start printed.
    public String key() {
        return printed(KEY).group();
    }

    /// What lets this machine's commands into the management API, to be sent like a key.
    public String operatorToken() {
        return RunningServer.of(plan.home()).orElseThrow().token().revealText();
    }

    /// Adds a chat model of that name, to be called with [#key], served by an OpenAI-compatible server on a port of
    /// this machine.
    public void addChatModel(String model, int upstreamPort) {
        addChatModel(model, upstreamPort, key());
    }

    /// The same where another key is to call it.
    public void addChatModel(String model, int upstreamPort, String key) {
        try (OperatorClient operator =
                new OperatorClient(RunningServer.of(plan.home()).orElseThrow())) {
            operator.post(
                    "/admin/api/v1/providers",
                    Map.of("name", model, "base_url", "http://127.0.0.1:" + upstreamPort + "/v1"));
            operator.post(
                    "/admin/api/v1/models",
                    Map.of(
                            "name",
                            model,
                            "type",
                            "chat",
                            "targets",
                            List.of(Map.of("provider", model, "model", model))));
        }
        // The routing table takes it in a moment later.
        await(model, () -> get("/v1/models/" + model, key).statusCode() == 200);
    }

    /// Has a model cost one dollar a million tokens.
    public void price(String model) {
        try (OperatorClient operator =
                new OperatorClient(RunningServer.of(plan.home()).orElseThrow())) {
            operator.post(
                    "/admin/api/v1/models/" + model + "/tariffs",
                    Map.of("tier", "realtime", "input", "1", "output", "1"));
        }
    }

    /// The path of the administrator's link that the first start printed.
    public String claimPath() {
        return "/claim/" + printed(LINK).group(1);
    }

    /// What the first start prints comes a moment after the server is ready.
    private Matcher printed(Pattern what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Matcher found = what.matcher(output());
        while (!found.find()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IllegalStateException("no " + what + " in: " + output());
            }
            pause();
            found = what.matcher(output());
        }
        return found;
    }

    /// All that it printed so far.
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs an operator's command on this home and gives back what it printed; fails if the command fails.
    public String run(String... arguments) {
        try {
            List<String> command = program();
            command.addAll(List.of(arguments));
            command.addAll(List.of("--home", plan.home().toString()));
            Path errors = Files.createTempFile(plan.home().toAbsolutePath().getParent(), "command-", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(plan.home().toFile()).redirectError(errors.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("DOUBLEWORD_"));
            builder.environment().putAll(plan.environment());
            Process running = builder.start();
            String printed = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (running.waitFor() != 0) {
                throw new IllegalStateException(
                        String.join(" ", arguments) + ": " + printed + Files.readString(errors));
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// GET with a key; an empty key sends none.
    public HttpResponse<String> get(String path, String key) {
        return send(request(path, key).GET().build());
    }

    /// POST of JSON with a key.
    public HttpResponse<String> post(String path, String key, String json) {
        return send(request(path, key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    /// A request to a path of this server, to be added to.
    public HttpRequest.Builder request(String path, String key) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url().resolve(path)).timeout(Duration.ofSeconds(30));
        return key.isEmpty() ? request : request.header("authorization", "Bearer " + key);
    }

    public static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Waits until `/health/ready` answers 200 and the start has said what it says; fails with the output if the
    /// process ends before.
    public void awaitReady() {
        await(
                "ready",
                () -> send(request("/health/ready", "").build()).statusCode() == 200
                        && output().contains("Doubleword is ready"));
    }

    /// Waits until a condition holds, as long as the process lives; what it throws means not yet.
    public void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the server ended: " + output());
            }
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // Nobody listens yet, or a file is not there.
            }
            pause();
        }
        throw new IllegalStateException(what + ": not after " + PATIENCE + ": " + output());
    }

    /// Waits until the process ends by itself.
    public Ended awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("still running: " + output());
            }
            return new Ended(process.exitValue(), output());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// SIGKILL to the server alone; PostgreSQL lives on. Returns when it is gone.
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /// SIGKILL to PostgreSQL alone.
    public void killPostgres() {
        ProcessHandle.of(postgresPid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    /// Tells PostgreSQL to end as for a restart: sessions are cut, nothing is lost. The server starts it again.
    public void stopPostgres() {
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(postgresPid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// SIGKILL to PostgreSQL, and it does not start again until [#bringPostgresBack].
    public void takePostgresAway() {
        long pid = postgresPid();
        move(postgresProgram(), awayProgram());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /// What [#takePostgresAway] took may start again.
    public void bringPostgresBack() {
        move(awayProgram(), postgresProgram());
    }

    /// Waits until a PostgreSQL other than this one runs and the server is ready.
    public void awaitOtherPostgres(long than) {
        await("a new PostgreSQL", () -> {
            long now = postgresPid();
            return now != than && isPostgres(now);
        });
        awaitReady();
    }

    /// SIGTERM, and waits for the end.
    public Ended stop() {
        terminate();
        return awaitEnd();
    }

    /// SIGTERM.
    public void terminate() {
        process.destroy();
    }

    /// The process id of this home's PostgreSQL.
    public long postgresPid() {
        return postgresPid(plan.home());
    }

    /// The process id of a home's PostgreSQL, as its pid file says.
    public static long postgresPid(Path home) {
        try {
            Path file = home.resolve("db").resolve(PostgresBinaries.MAJOR).resolve("postmaster.pid");
            return Files.readAllLines(file).stream()
                    .findFirst()
                    .map(line -> Long.parseLong(line.strip()))
                    .orElseThrow(() -> new NoSuchFileException(file.toString(), null, "is being written"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether a process is a PostgreSQL that runs; a zombie that nobody reaped is none.
    public static boolean isPostgres(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .filter(command -> command.endsWith("/bin/postgres"))
                .isPresent();
    }

    /// Stops it if it still runs; a PostgreSQL that outlived a killed server is stopped too.
    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }

    /// A connection to a home's database, past all walls; the caller closes it.
    public static Connection database(Path home) throws SQLException {
        EmbeddedPostgres.Place place = EmbeddedPostgres.Place.inHome(home);
        try {
            Secret password = Secret.of(Files.readString(place.password()).strip());
            String url = "jdbc:postgresql://127.0.0.1:" + PostgresSettings.port(place.data()) + "/doubleword";
            return new DatabaseLogin(url, EmbeddedPostgres.SUPERUSER, password).open(Duration.ofSeconds(30));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the PostgreSQL that a killed server left in a home. For the end of a test.
    public static void endOrphan(Path home) {
        Path file = home.resolve("db").resolve(PostgresBinaries.MAJOR).resolve("postmaster.pid");
        if (Files.exists(file)) {
            ProcessHandle.of(postgresPid(home)).ifPresent(orphan -> {
                orphan.destroy();
                orphan.onExit().completeOnTimeout(orphan, 5, TimeUnit.SECONDS).join();
            });
        }
    }

    /// A port that nobody has now, below those that Linux hands to outgoing connections: nobody gets it by chance.
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_768);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // Another one, then.
            }
        }
    }

    private Path postgresProgram() {
        return plan.home().resolve("pg").resolve(PostgresBinaries.VERSION).resolve("bin/postgres");
    }

    private Path awayProgram() {
        return postgresProgram().resolveSibling("postgres.away");
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(25);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
