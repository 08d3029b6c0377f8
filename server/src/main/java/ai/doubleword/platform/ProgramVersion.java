package ai.doubleword.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version of this build, as Maven wrote it into the program.
public final class ProgramVersion implements IVersionProvider {
    /// As `0.1.0`, or `0.1.0-SNAPSHOT` between releases.
    public static String text() {
        try (InputStream file = ProgramVersion.class.getResourceAsStream("/doubleword-version.properties")) {
            Properties properties = new Properties();
            if (file != null) {
                properties.load(file);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"doubleword " + text()};
    }
}
