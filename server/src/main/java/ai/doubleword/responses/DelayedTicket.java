package ai.doubleword.responses;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.gateway.Sink;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Problem;
import org.jspecify.annotations.Nullable;

/// A call that is not submitted yet, as its caller holds it. Event loop only, but for [#abandoned] and [#awaitRoom].
final class DelayedTicket implements Gateway.Ticket {
    private final Gateway gateway;
    private final Principal principal;
    private final Call call;
    private final Sink sink;
    private Gateway.@Nullable Ticket running;
    private boolean full;
    private volatile boolean abandoned;

    DelayedTicket(Gateway gateway, Principal principal, Call call, Sink sink) {
        this.gateway = gateway;
        this.principal = principal;
        this.call = call;
        this.sink = sink;
    }

    void go(ResponsesDoor.Prepared prepared) {
        switch (prepared) {
            case ResponsesDoor.Prepared.Wrong(Problem problem) -> gateway.refuse(principal, call, problem, sink);
            case ResponsesDoor.Prepared.Runs(Call chat, Sink translated) -> {
                running = gateway.submit(principal, chat, translated);
                if (abandoned) {
                    running.abandon();
                }
            }
            case ResponsesDoor.Prepared.Kept kept -> throw new IllegalStateException("the engine has it");
        }
    }

    /// Whether the caller is gone; any thread.
    boolean abandoned() {
        return abandoned;
    }

    /// The caller takes no more for now.
    synchronized void full() {
        full = true;
    }

    /// Blocks while the caller takes no more; any thread but the event loop's.
    synchronized void awaitRoom() {
        try {
            while (full && !abandoned) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void empty() {
        full = false;
        notifyAll();
    }

    @Override
    public void demand() {
        empty();
        if (running != null) {
            running.demand();
        }
    }

    @Override
    public void abandon() {
        abandoned = true;
        empty();
        if (running != null) {
            running.abandon();
        }
    }
}
