package ai.doubleword.gateway;

import ai.doubleword.idempotency.Idempotency;
import ai.doubleword.models.Model;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jboss.logging.Logger;

/// A sink that keeps the answer of a claimed request for its repeats, then tells the sink behind it. Only a good, whole
/// answer is kept; one that was cut, or may not be stored, leaves the fact; a failure frees the claim. Storing blocks,
/// and so runs on a virtual thread; the sink behind hears of the end when it is done.
final class KeepingSink implements Sink {
    private static final Logger LOG = Logger.getLogger(KeepingSink.class);

    private final Sink behind;
    private final Idempotency.Claim claim;
    private final Context context;
    private final boolean keepsNothing;
    private final Buffer kept = Buffer.buffer();
    private int status;
    private String contentType = "";

    KeepingSink(Sink behind, Idempotency.Claim claim, Context context, boolean keepsNothing) {
        this.behind = behind;
        this.claim = claim;
        this.context = context;
        this.keepsNothing = keepsNothing;
    }

    @Override
    public void about(Model model) {
        behind.about(model);
    }

    @Override
    public void head(int answered, Map<String, String> headers, long length) {
        status = answered;
        contentType = headers.getOrDefault("content-type", "");
        behind.head(answered, headers, length);
    }

    @Override
    public boolean chunk(Buffer data) {
        if (!keepsNothing && kept.length() <= Idempotency.LARGEST) {
            kept.appendBuffer(data);
        }
        return behind.chunk(data);
    }

    @Override
    public void end(Terminal terminal) {
        Thread.startVirtualThread(() -> {
            try {
                store(terminal);
            } catch (RuntimeException e) {
                // The client gets its answer all the same; a repeat may then run again after a minute.
                LOG.warn("An answer could not be kept for its Idempotency-Key", e);
            }
            context.runOnContext(nothing -> behind.end(terminal));
        });
    }

    private void store(Terminal terminal) {
        switch (terminal.cause()) {
            case COMPLETED, INCOMPLETE -> {
                if (keepsNothing) {
                    claim.keepFact(status);
                } else {
                    claim.keep(new Idempotency.Answer(status, contentType, kept.getBytes()), Idempotency.KEPT);
                }
            }
            case CLIENT_GONE, UPSTREAM_CUT -> {
                if (produced(terminal)) {
                    claim.keepFact(status);
                } else {
                    claim.release();
                }
            }
            case FAILED, REFUSED -> claim.release();
        }
    }

    private static boolean produced(Terminal terminal) {
        return terminal.record() != null && terminal.record().usage().total() > 0;
    }
}
