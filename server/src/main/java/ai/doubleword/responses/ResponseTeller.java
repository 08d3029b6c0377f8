package ai.doubleword.responses;

import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.keys.Principal;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Tells a response as events from any of them on: what was, then what comes, until it has ended, on whatever node it
/// runs. Blocks; thread-safe.
@Singleton
final class ResponseTeller {
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final int AT_ONCE = 64 * 1024;

    private final Responses responses;
    private final LiveRuns live;
    private final KeyVerifier keys;

    ResponseTeller(Responses responses, LiveRuns live, KeyVerifier keys) {
        this.responses = responses;
        this.live = live;
        this.keys = keys;
    }

    /// Who listens.
    @FunctionalInterface
    interface Listener<X extends Exception> {
        /// Returns when it takes more, which may be long after.
        ///
        /// @param data whole events or a comment
        /// @return whether it still listens
        boolean hear(byte[] data) throws X;
    }

    /// Ends early where the key is revoked with its streams.
    ///
    /// @param after number of the last event that is known; -1 for none
    <X extends Exception> void tell(Principal key, long id, long after, Listener<X> listener) throws X {
        Telling<X> telling = new Telling<>(listener, after);
        LiveRuns.Ear ear = live.listen(id);
        Runnable deaf = keys.onCut(cut -> {
            if (cut.equals(key.keyId())) {
                telling.cut = true;
                ear.wake();
            }
        });
        try (ear) {
            tell(responses.viewer(key), id, ear, telling);
        } finally {
            deaf.run();
        }
    }

    /// As the other, to who looks at it in the console.
    <X extends Exception> void tell(Viewer viewer, long id, Listener<X> listener) throws X {
        try (LiveRuns.Ear ear = live.listen(id)) {
            tell(viewer, id, ear, new Telling<>(listener, -1));
        }
    }

    private <X extends Exception> void tell(Viewer viewer, long id, LiveRuns.Ear ear, Telling<X> telling) throws X {
        CompletableFuture<Void> ended = responses.whenEnded(viewer, id);
        try {
            var _ = ended.thenRun(ear::wake);
            boolean goesOn = true;
            while (goesOn) {
                boolean last = ended.isDone();
                Optional<StoredResponse> now = responses.find(viewer, id);
                goesOn = now.isPresent()
                        && telling.tell(BackgroundEvents.of(now.get()))
                        && now.get().open()
                        && !last
                        && telling.follow(ear, ended);
            }
        } finally {
            ended.cancel(false);
        }
    }

    /// How far one listener is.
    private static final class Telling<X extends Exception> {
        private final Listener<X> listener;
        private final ToldItems items = new ToldItems();
        private long told;
        private volatile boolean cut;

        Telling(Listener<X> listener, long told) {
            this.listener = listener;
            this.told = told;
        }

        /// Tells what a run says, until it may have ended, or nothing was said for a time.
        ///
        /// @return whether it is still listened to
        boolean follow(LiveRuns.Ear ear, CompletableFuture<Void> ended) throws X {
            while (!ended.isDone() && !cut) {
                List<ObjectNode> news = ear.news();
                if (news.isEmpty()) {
                    long begun = System.nanoTime();
                    ear.await(LOOK);
                    if (System.nanoTime() - begun >= LOOK.toNanos()) {
                        return listener.hear(KEEP_ALIVE);
                    }
                    if (Thread.currentThread().isInterrupted()) {
                        return false;
                    }
                } else if (!tell(news)) {
                    return false;
                }
            }
            return !cut;
        }

        /// Tells those of some events that were not told.
        boolean tell(List<ObjectNode> events) throws X {
            StringBuilder text = new StringBuilder();
            for (ObjectNode event : events) {
                long number = event.path("sequence_number").longValue();
                if (number > told) {
                    items.closing(number).forEach(closing -> write(closing, text));
                    write(items.placed(event), text);
                    told = number;
                }
                if (text.length() > AT_ONCE && !hear(text)) {
                    return false;
                }
            }
            return text.isEmpty() || hear(text);
        }

        private static void write(ObjectNode event, StringBuilder text) {
            text.append("event: ")
                    .append(event.path("type").textValue())
                    .append("\ndata: ")
                    .append(event)
                    .append("\n\n");
        }

        private boolean hear(StringBuilder text) throws X {
            byte[] data = text.toString().getBytes(StandardCharsets.UTF_8);
            text.setLength(0);
            return !cut && listener.hear(data);
        }
    }
}
