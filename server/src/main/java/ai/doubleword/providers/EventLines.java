package ai.doubleword.providers;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/// Reads the data of server-sent events out of packets, however these cut them: lines end in LF, CR or CRLF, data may
/// span lines, comments and other fields are passed over. Not thread-safe.
final class EventLines {
    static final int MAX_EVENT = 8 << 20;

    private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

    private final Consumer<byte[]> event;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean hasData;
    private boolean afterReturn;

    /// @param event hears of the data of each
    EventLines(Consumer<byte[]> event) {
        this.event = event;
    }

    /// @return false where an event is larger than [#MAX_EVENT]; then nothing more is to be read
    boolean read(byte[] packet) {
        for (byte b : packet) {
            if (b == '\n' && afterReturn) {
                afterReturn = false;
                continue;
            }
            afterReturn = b == '\r';
            if (b == '\n' || b == '\r') {
                endOfLine();
            } else {
                line.write(b);
            }
        }
        return line.size() + data.size() <= MAX_EVENT;
    }

    private void endOfLine() {
        byte[] read = line.toByteArray();
        line.reset();
        if (read.length == 0) {
            if (hasData) {
                hasData = false;
                byte[] whole = data.toByteArray();
                data.reset();
                event.accept(whole);
            }
        } else if (isData(read)) {
            int from = read.length > DATA.length && read[DATA.length] == ' ' ? DATA.length + 1 : DATA.length;
            if (hasData) {
                data.write('\n');
            }
            hasData = true;
            data.write(read, from, read.length - from);
        }
    }

    private static boolean isData(byte[] read) {
        if (read.length < DATA.length) {
            return false;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (read[i] != DATA[i]) {
                return false;
            }
        }
        return true;
    }
}
