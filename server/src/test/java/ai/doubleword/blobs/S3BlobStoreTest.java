package ai.doubleword.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.StartRefusedException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The S3 store against a real S3-compatible server, in a process of its own.
class S3BlobStoreTest extends BlobStoreContract {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    static Path folder;

    private static Process server;
    private static int port;
    private static S3BlobStore store;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(folder.resolve("data/blobs"));
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path settings = folder.resolve("s3proxy.conf");
        Files.writeString(settings, """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=identity
                s3proxy.credential=credential
                jclouds.provider=filesystem-nio2
                jclouds.identity=unused
                jclouds.credential=unused
                jclouds.filesystem.basedir=%s
                """.formatted(port, folder.resolve("data")));
        server = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx128m",
                        "-jar",
                        Path.of("target/s3proxy/s3proxy.jar").toAbsolutePath().toString(),
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3proxy.log").toFile())
                .start();
        awaitServer();
        store = S3Stores.open(config(Map.of()), Egress.on(VERTX));
    }

    private static void awaitServer() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (IOException e) {
                assertThat(server.isAlive() && System.nanoTime() < end)
                        .as(Files.readString(folder.resolve("s3proxy.log")))
                        .isTrue();
                Thread.sleep(50);
            }
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        server.destroy();
        server.waitFor(60, TimeUnit.SECONDS);
        VERTX.close();
    }

    private static BlobsConfig.S3Config config(Map<String, String> changed) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "doubleword.blobs.kind", "s3",
                "doubleword.blobs.s3.endpoint", "http://127.0.0.1:" + port,
                "doubleword.blobs.s3.bucket", "blobs",
                "doubleword.blobs.s3.prefix", "doubleword",
                "doubleword.blobs.s3.access-key-id", "identity",
                "doubleword.blobs.s3.secret-access-key", "credential"));
        settings.putAll(changed);
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withMapping(BlobsConfig.class)
                .build()
                .getConfigMapping(BlobsConfig.class)
                .s3();
    }

    @Override
    BlobStore store() {
        return store;
    }

    @Test
    void whatADeadWriterLeftIsSwept() throws IOException {
        BlobWriter dead = store.create(BlobName.of("input", 77));
        dead.write(new byte[S3BlobStore.PART + 1], 0, S3BlobStore.PART + 1);
        assertThat(store.sweep(Instant.now().minusSeconds(3600))).isZero();
        assertThat(store.sweep(Instant.now().plusSeconds(3600))).isEqualTo(1);
        assertThat(store.sweep(Instant.now().plusSeconds(3600))).isZero();
    }

    @Test
    void aStoreThatRefusesSaysWhy() {
        S3BlobStore wrong =
                S3Stores.open(config(Map.of("doubleword.blobs.s3.secret-access-key", "wrong")), Egress.on(VERTX));
        assertThatThrownBy(wrong::check)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("object store")
                .hasMessageNotContaining("wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254", "ftp://127.0.0.1"})
    @Tag("S-07")
    void anEndpointThatMustNotBeReachedStopsTheStart(String endpoint) {
        assertThatThrownBy(
                        () -> S3Stores.open(config(Map.of("doubleword.blobs.s3.endpoint", endpoint)), Egress.on(VERTX)))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("blobs.s3.endpoint");
    }
}
