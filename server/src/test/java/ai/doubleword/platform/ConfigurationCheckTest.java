package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationCheckTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void everyFaultIsReportedAtOnceWithItsLineItsValueAndTheFix() throws IOException {
        List<String> findings = check("""
                server:
                  port: 80a
                  allow-http: maybe
                  trusted-proxies: [10.0.0.0/8, banana]
                log:
                  format: xml
                usage:
                  retention: soon
                """);

        assertThat(findings)
                .containsExactlyInAnyOrder(
                        "doubleword.yaml:2: error: server.port \"80a\" is no whole number. Write digits only, as 8080.",
                        "doubleword.yaml:3: error: server.allow-http \"maybe\" is no yes or no. Write true or false.",
                        "doubleword.yaml:4: error: server.trusted-proxies[1] 'banana' is no IP address or range such as"
                                + " 203.0.113.0/24. Write an address, or a range as 10.0.0.0/8.",
                        "doubleword.yaml:6: error: log.format \"xml\" is no known word. Write one of plain, json.",
                        "doubleword.yaml:8: error: usage.retention \"soon\" is no duration."
                                + " Write a time as 500ms, 30s, 5m, 1h or 7d.");
    }

    @Test
    void aKeyGivenTwiceIsAnError() throws IOException {
        assertThat(check("server:\n  port: 1\n  port: 2\n"))
                .containsExactly("doubleword.yaml:3: error: server.port is given twice, first on line 2."
                        + " Keep one of the two.");
    }

    @Test
    void textThatIsNoYamlIsReportedWithItsLine() throws IOException {
        assertThat(check("server:\n  port: [1\nlog: x\n")).first().asString().contains("doubleword.yaml:3: error");
    }

    @Test
    void anUnknownSettingIsAWarningThatNamesTheNearest() throws IOException {
        assertThat(check("server:\n  publicurl: http://a.example\nfrobnicate: 1\n"))
                .containsExactly(
                        "doubleword.yaml:2: warning: server.publicurl is no setting. Did you mean server.public-url?",
                        "doubleword.yaml:3: warning: frobnicate is no setting."
                                + " All settings are in docs/configuration.md.");
    }

    @Test
    void anUnknownVariableIsAWarningAndThoseOfClientsAreNot() throws IOException {
        Path key = Files.writeString(folder.resolve("master.key"), "x");

        assertThat(check(
                        "{}",
                        Map.of(
                                "DOUBLEWORD_SERVER_PROT", "1",
                                "DOUBLEWORD_SERVER_PORT", "1",
                                "DOUBLEWORD_MASTER_KEY_FILE", key.toString(),
                                "DOUBLEWORD_API_KEY", "dw_sk_x")))
                .containsExactly(
                        "environment: warning: DOUBLEWORD_SERVER_PROT is no setting." + " Did you mean server.port?");
    }

    @Test
    void blocksOfTheCatalogueAreNoSettings() throws IOException {
        Path file = write("providers:\n  - name: vllm\n    base-url: http://localhost:8000/v1\n");

        assertThat(check(Files.readString(file))).isEmpty();
        assertThat(ConfigurationFile.read(file)
                        .section("providers")
                        .at("/0/name")
                        .textValue())
                .isEqualTo("vllm");
    }

    @Test
    void anAddressOfTheNetworkNeedsTlsOrAProxyOrConsent() throws IOException {
        assertThat(check("server:\n  bind: 0.0.0.0\n"))
                .singleElement()
                .asString()
                .startsWith("doubleword.yaml:2: error: server.bind \"0.0.0.0\" would send keys in clear text")
                .contains("server.tls.certificate", "server.trusted-proxies", "server.allow-http");
        assertThat(check("server:\n  bind: 0.0.0.0\n  allow-http: true\n")).isEmpty();
        assertThat(check("server:\n  bind: 0.0.0.0\n  trusted-proxies: 10.0.0.1\n"))
                .isEmpty();
        assertThat(check("server:\n  bind: ::1\n")).isEmpty();
    }

    @Test
    void halfACertificateIsAnError() throws IOException {
        Path certificate = Files.writeString(folder.resolve("tls.pem"), "x");
        assertThat(check("server:\n  tls:\n    certificate: " + certificate + "\n"))
                .containsExactly("doubleword.yaml:3: error: server.tls.certificate needs the other half."
                        + " Set server.tls.key too.");
    }

    @Test
    @Tag("S-03")
    void theValueOfASecretIsNeverRepeated() throws IOException {
        SettingCatalogue catalogue = SettingCatalogue.ofProgram();

        assertThat(catalogue.find("master-key").orElseThrow().secret()).isTrue();
        assertThat(catalogue.find("database.url").orElseThrow().secret()).isTrue();
        assertThat(catalogue.find("server.port").orElseThrow().secret()).isFalse();
    }

    @Test
    void aSettingMayBeKeptInAFileOfItsOwn() throws IOException {
        Path secret = Files.writeString(folder.resolve("port"), "9123\n");
        Configuration configuration = load("server:\n  port-file: " + secret + "\n", Map.of());

        assertThat(configuration.sources().getValue("doubleword.server.port", Integer.class))
                .isEqualTo(9123);
    }

    private List<String> check(String yaml) throws IOException {
        return check(yaml, Map.of());
    }

    private List<String> check(String yaml, Map<String, String> environment) throws IOException {
        return new ConfigurationCheck(load(yaml, environment), SettingCatalogue.ofProgram(), environment)
                .run().stream()
                        .map(finding -> finding.toString().replace(folder + "/", ""))
                        .toList();
    }

    private Configuration load(String yaml, Map<String, String> environment) throws IOException {
        return Configuration.of(Optional.of(ConfigurationFile.read(write(yaml))), environment);
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("doubleword.yaml"), yaml);
    }
}
