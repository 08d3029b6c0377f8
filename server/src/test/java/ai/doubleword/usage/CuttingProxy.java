package ai.doubleword.usage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Stands between a client and PostgreSQL and cuts connections at the worst times: between the COMMIT of a copy and its
/// answer, before that COMMIT arrives, or after any number of bytes.
final class CuttingProxy implements AutoCloseable {
    /// The driver names the statement once, and from then on says only the name.
    private static final Pattern PARSE_COMMIT = Pattern.compile("(S_\\d+)\0COMMIT\0");

    private final ServerSocket listening;
    private final int target;
    private final Random random;
    private final double cutShare;
    private final AtomicInteger cutAfterCommit = new AtomicInteger();
    private final AtomicInteger cutElsewhere = new AtomicInteger();
    private volatile boolean calm;

    /// @param target PostgreSQL's port on this machine
    /// @param cutShare how many of those COMMITs are cut, before or after
    CuttingProxy(int target, double cutShare, long seed) throws IOException {
        this.target = target;
        this.cutShare = cutShare;
        this.random = new Random(seed);
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Cuts nothing any more.
    void calm() {
        calm = true;
    }

    /// COMMITs that PostgreSQL did and the client never heard of.
    int cutAfterCommit() {
        return cutAfterCommit.get();
    }

    int cutElsewhere() {
        return cutElsewhere.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Connection connection = new Connection(client, server);
                Thread.ofVirtual().start(connection::up);
                Thread.ofVirtual().start(connection::down);
            } catch (IOException closed) {
                return;
            }
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile boolean deaf;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void up() {
            byte[] buffer = new byte[1 << 16];
            boolean copied = false;
            String commitName = "COMMIT";
            try {
                InputStream in = client.getInputStream();
                OutputStream out = server.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                    copied |= text.contains("PGCOPY");
                    Matcher parsed = PARSE_COMMIT.matcher(text);
                    if (parsed.find()) {
                        commitName = parsed.group(1);
                    }
                    boolean commit = copied && text.contains("\0" + commitName + "\0");
                    double chance = calm ? 1 : random.nextDouble();
                    if (commit && chance < cutShare / 2) {
                        deaf = true;
                        out.write(buffer, 0, n);
                        return;
                    }
                    if (commit ? chance < cutShare : chance < cutShare / 50) {
                        out.write(buffer, 0, random.nextInt(n));
                        cutElsewhere.incrementAndGet();
                        cut();
                        return;
                    }
                    out.write(buffer, 0, n);
                }
                cut();
            } catch (IOException e) {
                cut();
            }
        }

        private void down() {
            byte[] buffer = new byte[1 << 16];
            try (InputStream in = server.getInputStream();
                    OutputStream out = client.getOutputStream()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (deaf) {
                        // PostgreSQL has answered, so it has committed.
                        cutAfterCommit.incrementAndGet();
                        cut();
                        return;
                    }
                    out.write(buffer, 0, n);
                }
                cut();
            } catch (IOException e) {
                cut();
            }
        }

        private void cut() {
            try {
                client.close();
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
