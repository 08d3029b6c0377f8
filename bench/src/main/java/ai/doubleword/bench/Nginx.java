package ai.doubleword.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// nginx with one worker, passing everything on over kept connections: the floor.
final class Nginx implements Candidate {
    private final int port = Child.freePort();
    private final String model;
    private final Child child;

    Nginx(Path folder, int upstreamPort, String model, boolean stream, int core) {
        this.model = model;
        try {
            Files.createDirectories(folder.resolve("temp"));
            Path config = Files.writeString(folder.resolve("nginx.conf"), config(folder, upstreamPort, stream));
            child = Child.start(
                    core,
                    folder.resolve("nginx.log"),
                    List.of("nginx", "-e", folder.resolve("error.log").toString(), "-c", config.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        child.awaitPort(port);
    }

    private String config(Path folder, int upstreamPort, boolean stream) {
        return """
                %1$sworker_processes 1;
                daemon off;
                pid %2$s/nginx.pid;
                error_log %2$s/error.log;
                events { worker_connections 8192; }
                http {
                    access_log off;
                    client_body_temp_path %2$s/temp;
                    proxy_temp_path %2$s/temp;
                    fastcgi_temp_path %2$s/temp;
                    uwsgi_temp_path %2$s/temp;
                    scgi_temp_path %2$s/temp;
                    client_max_body_size 64m;
                    client_body_buffer_size 64k;
                    keepalive_requests 1000000000;
                    upstream model { server 127.0.0.1:%3$d; keepalive 1024; keepalive_requests 1000000000; }
                    server {
                        listen 127.0.0.1:%4$d;
                        location / {
                            proxy_pass http://model;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_buffering %5$s;
                        }
                    }
                }
                """.formatted(
                        System.getProperty("user.name").equals("root") ? "user root;\n" : "",
                        folder.toAbsolutePath(),
                        upstreamPort,
                        port,
                        stream ? "off" : "on");
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Long> pids() {
        return List.of(child.pid());
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
    public void close() {
        child.close();
    }
}
