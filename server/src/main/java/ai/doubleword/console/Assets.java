package ai.doubleword.console;

import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.RouteRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// What pages load besides themselves: one style sheet, a handful of modules, one sprite of icons. All are held in
/// memory, plain and compressed, under an address with the hash of all of them, so that browsers may keep them for ever
/// and modules import each other by plain relative names. Immutable; served on event loops.
@Named("assets")
@Singleton
public final class Assets {
    private static final int HASH_DIGITS = 12;

    private final Map<String, Asset> assets = new TreeMap<>();
    private final String prefix;

    private record Asset(String type, Buffer plain, Buffer gzip) {}

    @Inject
    Assets() {
        MessageDigest digest = sha256();
        sources().forEach((name, resource) -> {
            byte[] content = read(resource);
            digest.update(content);
            assets.put(name, new Asset(type(name), Buffer.buffer(content), Buffer.buffer(gzip(content))));
        });
        this.prefix = "/assets/" + HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS) + '/';
    }

    private static Map<String, String> sources() {
        Map<String, String> sources = new TreeMap<>();
        for (String name : new String[] {
            "console.css",
            "docs.css",
            "favicon.svg",
            "icons.svg",
            "answers.js",
            "rendered.js",
            "calls.js",
            "confirm.js",
            "console.js",
            "contents.js",
            "copy.js",
            "dialogs.js",
            "files.js",
            "menus.js",
            "forget.js",
            "live.js",
            "markdown.js",
            "palette.js",
            "passkeys.js",
            "playground.css",
            "playground.js",
            "similarity.js",
            "secrets.js",
            "tables.js",
            "theme.js",
            "times.js",
            "toasts.js",
            "try.js"
        }) {
            sources.put(name, "assets/" + name);
        }
        sources.put("htmx.js", "META-INF/resources/webjars/htmx.org/" + htmxVersion() + "/dist/htmx.min.js");
        return sources;
    }

    /// The version stands in the jar's paths, and in the build file only.
    private static String htmxVersion() {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(
                    read("META-INF/maven/org.webjars.npm/htmx.org/pom.properties"), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    /// The address of an asset, as `console.css`.
    ///
    /// @throws IllegalArgumentException if there is none of this name
    public String url(String name) {
        if (!assets.containsKey(name)) {
            throw new IllegalArgumentException("no asset " + name);
        }
        return prefix + name;
    }

    void register(@Observes Router router, RouteRegistry routes) {
        routes.add(router, HttpMethod.GET, "/assets/:hash/:name", Authentication.PUBLIC, false, this::serve);
    }

    private void serve(RoutingContext context) {
        Asset asset = assets.get(context.pathParam("name"));
        if (asset == null || !context.normalizedPath().startsWith(prefix)) {
            context.fail(404);
            return;
        }
        HttpServerResponse response = context.response()
                .putHeader("content-type", asset.type())
                .putHeader("cache-control", "public, max-age=31536000, immutable")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("vary", "accept-encoding");
        String accepted = context.request().getHeader("accept-encoding");
        if (accepted != null && accepted.contains("gzip")) {
            response.putHeader("content-encoding", "gzip").end(asset.gzip());
        } else {
            response.end(asset.plain());
        }
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "css" -> "text/css;charset=utf-8";
            case "js" -> "text/javascript;charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no type for " + name);
        };
    }

    private static byte[] read(String resource) {
        try (InputStream stream = Assets.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("missing from the build: " + resource);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
