package ai.doubleword.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Our server as its users start it, with `-Xmx256m`, an embedded PostgreSQL of its own and one provider: the upstream.
final class Doubleword implements Candidate {
    private static final int ADMIN_CALLS_AT_ONCE = 8;

    private final String name;
    private final Path home;
    private final int port;
    private final Child child;
    private final AdminApi admin;
    private final List<String> keys;
    private final List<String> models;

    private Doubleword(
            String name, Path home, int port, Child child, AdminApi admin, List<String> keys, List<String> models) {
        this.name = name;
        this.home = home;
        this.port = port;
        this.child = child;
        this.admin = admin;
        this.keys = keys;
        this.models = models;
    }

    /// Launches the program and returns at once.
    static Child launch(Path root, Path home, int port, int core) {
        return launch(root, home, port, core, Setting.USUAL);
    }

    /// How the server is set beyond what is usual.
    ///
    /// @param options of the JVM
    /// @param environment settings by their variables
    record Setting(String options, Map<String, String> environment) {
        static final Setting USUAL = new Setting("", Map.of());
    }

    private static Child launch(Path root, Path home, int port, int core, Setting setting) {
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(
                List.of("env", "DOUBLEWORD_JAVA_OPTS=-Xmx256m " + extraOptions() + " " + setting.options()));
        setting.environment().forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of(
                root.resolve("doubleword").toString(),
                "serve",
                "--home",
                home.toString(),
                "--port",
                Integer.toString(port)));
        return Child.start(core, home.resolveSibling(home.getFileName() + ".log"), command);
    }

    /// `BENCH_JAVA_OPTS`, for profilers.
    private static String extraOptions() {
        String options = System.getenv("BENCH_JAVA_OPTS");
        return options == null ? "" : options.strip();
    }

    /// Starts the server and makes what the scenario needs in it.
    static Doubleword start(String name, Path root, Path home, Upstream upstream, int keys, int models, int core) {
        return start(name, root, home, upstream, keys, models, core, Setting.USUAL);
    }

    /// The same with one key and one model.
    static Doubleword start(Path root, Path home, Upstream upstream, int core, Setting setting) {
        return start("doubleword", root, home, upstream, 1, 1, core, setting);
    }

    private static Doubleword start(
            String name, Path root, Path home, Upstream upstream, int keys, int models, int core, Setting setting) {
        int port = Child.freePort();
        Child child = launch(root, home, port, core, setting);
        try {
            child.awaitPort(port);
            AdminApi admin = AdminApi.of(home);
            admin.post(
                    "/providers", Map.of("name", "bench", "base_url", "http://127.0.0.1:" + upstream.port() + "/v1"));
            List<String> modelNames = new ArrayList<>();
            for (int i = 0; i < models; i++) {
                // Alone, a model keeps the upstream's name, as most do; many need names of their own.
                String model = models == 1 ? upstream.model() : "bench-model-%05d".formatted(i);
                admin.post(
                        "/models",
                        Map.of(
                                "name",
                                model,
                                "type",
                                "chat",
                                "targets",
                                List.of(Map.of("provider", "bench", "model", upstream.model()))));
                modelNames.add(model);
            }
            return new Doubleword(name, home, port, child, admin, issue(admin, keys), modelNames);
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
    }

    private static List<String> issue(AdminApi admin, int count) {
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = "bench " + i;
            calls.add(() -> admin.post("/users/current/api-keys", Map.of("name", key))
                    .path("key")
                    .asText());
        }
        List<String> keys = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(ADMIN_CALLS_AT_ONCE)) {
            for (Future<String> issued : callers.invokeAll(calls)) {
                keys.add(issued.get());
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("keys could not be made", e);
        }
        return keys;
    }

    /// Ends it by `kill -9` and launches it again on its home and port.
    Doubleword killAndLaunch(Path root, int core) {
        child.kill();
        return new Doubleword(name, home, port, launch(root, home, port, core), admin, keys, models);
    }

    void awaitPort() {
        child.awaitPort(port);
    }

    long pid() {
        return child.pid();
    }

    HomeDatabase openDatabase() {
        return HomeDatabase.of(home);
    }

    /// Changes something of the configuration that every request depends on, but nothing that it would see.
    void change(int number) {
        String model = models.get(number % models.size());
        admin.patch("/models/" + model, Map.of("description", "changed " + number));
    }

    /// Makes one more key and returns what the server says of it: `id` and `key`.
    JsonNode newKey(String keyName) {
        return admin.post("/users/current/api-keys", Map.of("name", keyName));
    }

    /// Makes an organization, and a key of its account.
    ///
    /// @return the key
    String newAccount(String slug) {
        admin.post("/organizations", Map.of("slug", slug, "name", slug));
        return admin.post("/accounts/" + slug + "/api-keys", Map.of("name", "bench"))
                .path("key")
                .asText();
    }

    /// From now on the database keeps changes of keys and says nothing of them.
    void muteNotifications() {
        try (HomeDatabase database = openDatabase()) {
            database.execute("""
                    CREATE OR REPLACE FUNCTION key_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
                    SET search_path = pg_catalog, public AS $$
                    DECLARE
                        changed jsonb := to_jsonb(coalesce(NEW, OLD));
                    BEGIN
                        INSERT INTO public.key_change (kind, subject) VALUES (TG_ARGV[0], changed ->> TG_ARGV[1]);
                        RETURN NULL;
                    END $$
                    """);
        }
    }

    void revoke(String keyId) {
        admin.post("/users/current/api-keys/" + keyId + "/revoke", Map.of());
    }

    @Override
    public double warmupSeconds(Scenario scenario) {
        return scenario.warmupSeconds();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Long> pids() {
        return List.of(child.pid(), database());
    }

    /// The embedded PostgreSQL's own process; it is no child of the server's.
    private long database() {
        return EmbeddedDatabase.of(home).pid();
    }

    @Override
    public List<String> keys() {
        return keys;
    }

    @Override
    public List<String> models() {
        return models;
    }

    @Override
    public void close() {
        child.close();
    }
}
