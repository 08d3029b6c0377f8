package ai.doubleword.platform;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// Gives the frame its settings: our file as a source, and what our own settings mean in the frame's terms. Operators
/// write `doubleword.*` only.
public final class FrameSettings implements ConfigSourceFactory {
    /// Above what is built in, below everything that an operator writes.
    private static final int ORDINAL = 260;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        List<ConfigSource> sources = new ArrayList<>();
        Settings settings = new Settings(context);
        String file = settings.get(Configuration.FILE_PROPERTY, "");
        if (!file.isEmpty()) {
            ConfigurationSource source = new ConfigurationSource(ConfigurationFile.read(Path.of(file)));
            sources.add(source);
            settings = new Settings(context, source);
        }
        sources.add(new PropertiesConfigSource(translate(settings), "settings of the frame", ORDINAL));
        return sources;
    }

    private static Map<String, String> translate(Settings settings) {
        Map<String, String> frame = new HashMap<>();
        String port = settings.get("doubleword.server.port", "8080");
        frame.put("quarkus.http.host", settings.get("doubleword.server.bind", "127.0.0.1"));
        frame.put("quarkus.http.port", port);
        String certificate = settings.get("doubleword.server.tls.certificate", "");
        if (!certificate.isEmpty()) {
            frame.put("quarkus.http.ssl-port", port);
            frame.put("quarkus.http.insecure-requests", "disabled");
            frame.put("quarkus.tls.key-store.pem.0.cert", certificate);
            frame.put("quarkus.tls.key-store.pem.0.key", settings.get("doubleword.server.tls.key", ""));
            frame.put("quarkus.tls.reload-period", "30s");
        }
        frame.put(
                "quarkus.log.level",
                settings.get("doubleword.log.level", "info").toUpperCase(java.util.Locale.ROOT));
        boolean json = settings.get("doubleword.log.format", "plain").equalsIgnoreCase("json");
        frame.put("quarkus.log.console.json.enabled", Boolean.toString(json));
        String endpoint = settings.get("doubleword.telemetry.otlp-endpoint", "");
        if (!endpoint.isEmpty()) {
            frame.put("quarkus.otel.sdk.disabled", "false");
            frame.put("quarkus.otel.exporter.otlp.endpoint", endpoint);
            frame.put("quarkus.otel.traces.sampler.arg", settings.get("doubleword.telemetry.sampling", "1.0"));
        }
        // One event loop per core: more only take turns on the same cores.
        String cores = Integer.toString(Runtime.getRuntime().availableProcessors());
        frame.put("quarkus.vertx.event-loops-pool-size", cores);
        frame.put("quarkus.http.io-threads", cores);
        return frame;
    }

    /// Flags and environment first, then the file, which is not among the frame's sources yet.
    private record Settings(ConfigSourceContext context, ConfigSource file) {
        private static final ConfigSource NONE = new PropertiesConfigSource(Map.of(), "no file", ORDINAL);

        Settings(ConfigSourceContext context) {
            this(context, NONE);
        }

        String get(String name, String fallback) {
            ConfigValue given = context.getValue(name);
            if (given != null && given.getValue() != null) {
                return given.getValue();
            }
            String inFile = file.getValue(name);
            return inFile == null ? fallback : inFile;
        }
    }
}
