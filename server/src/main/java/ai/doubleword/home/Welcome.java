package ai.doubleword.home;

import ai.doubleword.platform.Secret;
import java.net.URI;
import java.nio.file.Path;

/// What the server says when it is ready: a short block of plain text, with bold headings on a terminal.
final class Welcome {
    private static final String DEMO_MODEL = "doubleword-demo";

    private final StringBuilder text = new StringBuilder();
    private final boolean terminal;

    private Welcome(boolean terminal) {
        this.terminal = terminal;
    }

    /// @param embedded whether PostgreSQL is our own
    static String text(
            URI publicUrl, URI apiUrl, FirstRun.Arrival arrival, boolean embedded, Path home, boolean terminal) {
        Welcome welcome = new Welcome(terminal);
        welcome.line("").line(welcome.bold("Doubleword is ready: " + publicUrl)).line("");
        Secret link = arrival.link();
        Secret key = arrival.key();
        if (link != null && key != null) {
            welcome.line("  Administrator  " + publicUrl + "/claim/" + link.revealText());
            welcome.line("                 Sets your address and password; works once, within 24 hours.");
            welcome.line("  API key        " + key.revealText());
            welcome.line("                 Shown this once.").line("");
            welcome.sample(apiUrl, key);
        } else if (!arrival.claimed()) {
            welcome.line("  The administrator has no password yet: doubleword admin link")
                    .line("");
        }
        if (embedded) {
            welcome.line("  Data: " + home + ", with a PostgreSQL of its own.");
            welcome.line("  For production, set DATABASE_URL to a PostgreSQL that you back up.")
                    .line("");
        }
        return welcome.text.toString();
    }

    private void sample(URI apiUrl, Secret key) {
        line("  " + bold("Try it:")).line("");
        line("  curl " + apiUrl + "/chat/completions \\");
        line("    -H 'Authorization: Bearer " + key.revealText() + "' \\");
        line("    -H 'Content-Type: application/json' \\");
        line("    -d '{\"model\": \"" + DEMO_MODEL
                + "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}'");
        line("");
    }

    private String bold(String words) {
        return terminal ? "\u001b[1m" + words + "\u001b[0m" : words;
    }

    private Welcome line(String words) {
        text.append(words).append('\n');
        return this;
    }
}
