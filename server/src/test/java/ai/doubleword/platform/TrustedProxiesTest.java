package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.ServerConfig.ForwardedHeader;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("S-06")
class TrustedProxiesTest {
    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
    private static final List<AddressRange> TRUSTED = List.of(AddressRange.parse("10.0.0.0/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.7                       | 198.51.100.7",
                "1.2.3.4, 198.51.100.7              | 198.51.100.7",
                "1.2.3.4, 198.51.100.7, 10.0.0.2    | 198.51.100.7",
                "198.51.100.7, unknown, 10.0.0.2    | 10.0.0.2",
                "10.0.0.3, 10.0.0.2                 | 10.0.0.3",
                "198.51.100.7:4711                  | 198.51.100.7",
                "2001:db8::1                        | 2001:db8::1",
                "evil.example.com                   | 10.0.0.1",
                "''                                 | 10.0.0.1"
            })
    void theRightmostAddressThatIsNoProxysIsTheClients(String header, String client) {
        assertThat(new TrustedProxies(TRUSTED, ForwardedHeader.X_FORWARDED_FOR).walk(PROXY, List.of(header)))
                .isEqualTo(InetAddress.ofLiteral(client));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=198.51.100.7;proto=https               | 198.51.100.7",
                "for=1.2.3.4, By=10.0.0.9;For=198.51.100.7  | 198.51.100.7",
                "for=\"[2001:db8::1]:4711\"                 | 2001:db8::1",
                "for=_hidden                                | 10.0.0.1",
                "proto=https                                | 10.0.0.1"
            })
    void theStandardHeaderIsReadTheSameWay(String header, String client) {
        assertThat(new TrustedProxies(TRUSTED, ForwardedHeader.FORWARDED).walk(PROXY, List.of(header)))
                .isEqualTo(InetAddress.ofLiteral(client));
    }
}
