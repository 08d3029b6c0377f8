package ai.doubleword.playground;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.gateway.Sink;
import ai.doubleword.keys.Principal;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A call from its event loop to the virtual thread that answers the browser. What the loop hears is queued; more than
/// [#ROOM] parts stop the upstream until half of them are taken. A browser that is gone abandons the call, which then
/// still ends as every call does, with its usage recorded.
final class CallUnderWay implements Sink {
    private static final int ROOM = 64;
    /// How soon a browser's leaving is noticed while the model says nothing.
    private static final long GLANCE_MILLIS = 200;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Context context;
    private final BooleanSupplier gone;
    private volatile boolean full;
    private Gateway.@Nullable Ticket ticket;
    private boolean abandoned;

    /// What is heard of a call, in the order of [Sink].
    sealed interface Event {
        record Head(int status, Map<String, String> headers) implements Event {}

        record Part(Buffer data) implements Event {}

        record End(Terminal terminal) implements Event {}
    }

    /// @param context of the event loop that the call runs on
    /// @param gone whether the browser has closed its connection; asked on any thread
    CallUnderWay(Context context, BooleanSupplier gone) {
        this.context = context;
        this.gone = gone;
    }

    void start(Gateway gateway, Principal principal, Call call) {
        context.runOnContext(nothing -> ticket = gateway.submit(principal, call, this));
    }

    /// The next event; waits for it. After [Event.End] there is none.
    Event next() throws InterruptedException {
        while (true) {
            Event event = events.poll(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
            if (event == null) {
                if (gone.getAsBoolean()) {
                    abandon();
                }
                continue;
            }
            if (full && events.size() <= ROOM / 2) {
                full = false;
                onTicket(Gateway.Ticket::demand);
            }
            return event;
        }
    }

    /// Whether something is here already.
    boolean hasNext() {
        return !events.isEmpty();
    }

    /// Nobody listens any more: the upstream is cancelled. [#next] goes on to the end.
    void abandon() {
        if (!abandoned) {
            abandoned = true;
            onTicket(Gateway.Ticket::abandon);
        }
    }

    private void onTicket(java.util.function.Consumer<Gateway.Ticket> work) {
        context.runOnContext(nothing -> {
            if (ticket != null) {
                work.accept(ticket);
            }
        });
    }

    @Override
    public void head(int status, Map<String, String> headers, long length) {
        events.add(new Event.Head(status, headers));
    }

    @Override
    public boolean chunk(Buffer data) {
        events.add(new Event.Part(data));
        if (events.size() < ROOM) {
            return true;
        }
        full = true;
        return false;
    }

    @Override
    public void end(Terminal terminal) {
        events.add(new Event.End(terminal));
    }
}
