package ai.doubleword.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S-07")
class AddressRuleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "169.254.169.254",
                "169.254.1.1",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "100.100.100.200",
                "168.63.129.16",
                "::",
                "fe80::1",
                "ff02::1",
                "fd00:ec2::254",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::169.254.169.254",
                "2002:a9fe:a9fe::1"
            })
    void nobodyReachesMetadataLinkLocalMulticastOrReservedAddresses(String address) {
        InetAddress parsed = InetAddress.ofLiteral(address);
        assertThat(AddressRule.ADMINISTRATOR.allows(parsed)).isFalse();
        assertThat(AddressRule.USER.allows(parsed)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.9.10",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "100.127.255.255",
                "::1",
                "fc00::1",
                "fd12:3456::1",
                "fec0::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::10.0.0.1"
            })
    void onlyWhatAnAdministratorNamesMayBeInternal(String address) {
        InetAddress parsed = InetAddress.ofLiteral(address);
        assertThat(AddressRule.ADMINISTRATOR.allows(parsed)).isTrue();
        assertThat(AddressRule.USER.allows(parsed)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "64:ff9b::8.8.8.8"})
    void publicAddressesAreOpenToAll(String address) {
        InetAddress parsed = InetAddress.ofLiteral(address);
        assertThat(AddressRule.ADMINISTRATOR.allows(parsed)).isTrue();
        assertThat(AddressRule.USER.allows(parsed)).isTrue();
    }
}
