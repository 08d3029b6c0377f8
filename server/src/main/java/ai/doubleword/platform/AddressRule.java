package ai.doubleword.platform;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Which addresses an outgoing connection may reach (S-07), by who named the host.
///
/// IPv6 addresses that carry an IPv4 address (mapped, compatible, NAT64, 6to4) are judged by it too.
public enum AddressRule {
    /// An administrator named it: model servers live on loopback and private networks. Never link-local, metadata,
    /// multicast, broadcast, reserved or unspecified addresses.
    ADMINISTRATOR,
    /// A user named it: public addresses only.
    USER;

    /// Where clouds serve credentials outside the link-local range: Alibaba, Azure, and AWS over IPv6.
    private static final String[] METADATA = {"100.100.100.200", "168.63.129.16", "fd00:ec2::254"};

    /// Whether a connection may be opened to the address.
    public boolean allows(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) {
            InetAddress carried = carried(bytes);
            if (carried != null && !allows(carried)) {
                return false;
            }
        }
        return !never(address, bytes) && (this == ADMINISTRATOR || !internal(address, bytes));
    }

    private static boolean never(InetAddress address, byte[] bytes) {
        if (address.isAnyLocalAddress() || address.isLinkLocalAddress() || address.isMulticastAddress()) {
            return true;
        }
        if (address instanceof Inet4Address && (unsigned(bytes, 0) == 0 || unsigned(bytes, 0) >= 240)) {
            return true;
        }
        for (String metadata : METADATA) {
            if (Arrays.equals(literal(metadata), bytes)) {
                return true;
            }
        }
        return false;
    }

    private static boolean internal(InetAddress address, byte[] bytes) {
        if (address.isLoopbackAddress() || address.isSiteLocalAddress()) {
            return true;
        }
        int first = unsigned(bytes, 0);
        int second = unsigned(bytes, 1);
        if (bytes.length == 16) {
            boolean uniqueLocal = (first & 0xfe) == 0xfc;
            boolean documentation = first == 0x20 && second == 0x01 && bytes[2] == 0x0d && unsigned(bytes, 3) == 0xb8;
            return uniqueLocal || documentation;
        }
        int third = unsigned(bytes, 2);
        return switch (first) {
            case 100 -> (second & 0xc0) == 64; // carrier-grade NAT
            case 192 -> second == 0 && (third == 0 || third == 2);
            case 198 -> (second & 0xfe) == 18 || (second == 51 && third == 100);
            case 203 -> second == 0 && third == 113;
            default -> false;
        };
    }

    private static @org.jspecify.annotations.Nullable InetAddress carried(byte[] bytes) {
        int from;
        if (unsigned(bytes, 0) == 0x20 && bytes[1] == 0x02) {
            from = 2; // 6to4
        } else if (unsigned(bytes, 1) == 0x64 && unsigned(bytes, 2) == 0xff && unsigned(bytes, 3) == 0x9b) {
            from = 12; // NAT64
        } else if (zero(bytes, 10) && (zero(bytes, 12) || (bytes[10] == -1 && bytes[11] == -1))) {
            // Compatible or mapped; ::1 is loopback, not 0.0.0.1.
            from = zero(bytes, 15) ? -1 : 12;
        } else {
            from = -1;
        }
        try {
            return from < 0 ? null : InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean zero(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static int unsigned(byte[] bytes, int index) {
        return bytes[index] & 0xff;
    }

    private static byte[] literal(String address) {
        return InetAddress.ofLiteral(address).getAddress();
    }
}
