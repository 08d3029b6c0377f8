package ai.doubleword.gateway;

import ai.doubleword.models.Model;
import ai.doubleword.payloads.Payloads;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/// A sink that hands over what a call held when it has ended, for an account that wants it kept: a bounded copy of the
/// answer, and the body that there is. Event loop; never waits.
final class PayloadSink implements Sink {
    private final Sink behind;
    private final Payloads payloads;
    private final long account;
    private final Call call;
    private final Buffer answered = Buffer.buffer();
    private boolean cut;

    PayloadSink(Sink behind, Payloads payloads, long account, Call call) {
        this.behind = behind;
        this.payloads = payloads;
        this.account = account;
        this.call = call;
    }

    @Override
    public void about(Model model) {
        behind.about(model);
    }

    @Override
    public void head(int status, Map<String, String> headers, long length) {
        behind.head(status, headers, length);
    }

    @Override
    public boolean chunk(Buffer data) {
        int room = Payloads.LARGEST - answered.length();
        if (data.length() <= room) {
            answered.appendBuffer(data);
        } else {
            cut = true;
            answered.appendBuffer(data, 0, room);
        }
        return behind.chunk(data);
    }

    /// A call that was refused before it had a record has nothing to be looked at by.
    @Override
    public void end(Terminal terminal) {
        if (terminal.record() != null) {
            payloads.offer(call.requestId(), account, call.body(), answered, cut);
        }
        behind.end(terminal);
    }
}
