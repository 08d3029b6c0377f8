package ai.doubleword.mail;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// As much of an SMTP server as a client needs that sends a mail: it keeps what arrives, and answers what it is
/// told to.
final class FakeSmtpServer implements Closeable {
    private final ServerSocket socket;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<String> logins = new CopyOnWriteArrayList<>();
    private volatile String answerToRecipient = "250 fine";

    FakeSmtpServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    /// Whole mails, headers and body.
    List<String> received() {
        return received;
    }

    /// What came with AUTH PLAIN, decoded: `\0user\0password`.
    List<String> logins() {
        return logins;
    }

    void answerRecipientsWith(String answer) {
        answerToRecipient = answer;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> talk(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void talk(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                OutputStream out = client.getOutputStream()) {
            say(out, "220 fake");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> say(out, "250-fake\r\n250 AUTH PLAIN");
                    case "AUTH" -> login(out, line);
                    case "RCPT" -> say(out, answerToRecipient);
                    case "DATA" -> {
                        say(out, "354 go on");
                        receive(in);
                        say(out, "250 kept");
                    }
                    case "QUIT" -> say(out, "221 bye");
                    default -> say(out, "250 fine");
                }
            }
        } catch (IOException gone) {
            // The client hung up.
        }
    }

    private void login(OutputStream out, String line) throws IOException {
        String encoded = line.substring(line.lastIndexOf(' ') + 1);
        logins.add(new String(java.util.Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
        say(out, "235 come in");
    }

    private void receive(BufferedReader in) throws IOException {
        StringBuilder mail = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            mail.append(line).append('\n');
        }
        received.add(mail.toString());
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
