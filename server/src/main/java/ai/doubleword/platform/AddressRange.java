package ai.doubleword.platform;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;

/// A range of IP addresses in CIDR form, `203.0.113.0/24` or `2001:db8::/32`; a bare address is a range of one.
///
/// IPv4-mapped IPv6 addresses count as the IPv4 address they carry. Immutable and thread-safe; never resolves names.
public final class AddressRange {
    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /// @throws IllegalArgumentException if the text is no address or range, with a message for the user
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (address.isEmpty() || !address.toLowerCase(Locale.ROOT).matches("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*")) {
            throw new IllegalArgumentException("'" + text + "' is no IP address or range such as 203.0.113.0/24");
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int width = bytes.length * 8;
            int bits = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > width) {
                throw new IllegalArgumentException("the prefix length in '" + text + "' must be 0 to " + width);
            }
            return new AddressRange(bytes, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no IP address or range such as 203.0.113.0/24", e);
        }
    }

    /// Whether the address lies in the range.
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != network[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((bytes[whole] ^ network[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range && range.bits == bits && Arrays.equals(range.network, network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + bits;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + bits;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
