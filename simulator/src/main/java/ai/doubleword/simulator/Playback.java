package ai.doubleword.simulator;

import ai.doubleword.simulator.AnswerPlan.Head;
import ai.doubleword.simulator.AnswerPlan.Step;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Plays a plan on one context. Steps are due at absolute times, so a late timer does not shift those after it.
/// Confined to its context; the end is reported exactly once, to the listener and to `onEnd`.
final class Playback implements SimulatedExchange {
    private final Context context;
    private final AnswerListener listener;
    private @Nullable AnswerPlan plan;
    private Runnable onEnd = () -> {};
    private long startNanos;
    private int next;
    private boolean headSent;
    private boolean paused;
    private boolean over;
    private long timer = -1;

    Playback(Context context, AnswerListener listener) {
        this.context = context;
        this.listener = listener;
    }

    /// @param ended runs once, when the answer is over or cancelled; at once if it was cancelled before
    void play(AnswerPlan toPlay, Runnable ended) {
        plan = toPlay;
        onEnd = ended;
        startNanos = System.nanoTime();
        if (over) {
            ended.run();
        } else {
            advance();
        }
    }

    boolean over() {
        return over;
    }

    private void advance() {
        timer = -1;
        AnswerPlan playing = plan;
        if (playing == null) {
            return;
        }
        Head head = playing.head();
        if (!headSent && head != null) {
            if (!due(head.dueNanos())) {
                return;
            }
            headSent = true;
            listener.head(head.status(), head.headers());
        }
        while (!over && !paused && next < playing.steps().size()) {
            Step step = playing.steps().get(next);
            if (!due(step.dueNanos())) {
                return;
            }
            next++;
            listener.chunk(step.stampAt() < 0 ? step.data() : stamped(step));
        }
        if (!over && !paused) {
            finish(playing.ending());
        }
    }

    private void finish(AnswerPlan.Ending ending) {
        switch (ending) {
            case END -> {
                close();
                listener.end();
            }
            case CUT -> {
                close();
                listener.cut();
            }
            case NEVER -> {}
        }
    }

    private void close() {
        over = true;
        onEnd.run();
    }

    /// Whether the time has come; if not, a timer is set.
    private boolean due(long dueNanos) {
        long wait = dueNanos == 0 ? 0 : startNanos + dueNanos - System.nanoTime();
        if (wait <= 0) {
            return true;
        }
        timer = context.owner().setTimer((wait + 999_999) / 1_000_000, id -> advance());
        return false;
    }

    private static Buffer stamped(Step step) {
        Buffer copy = step.data().copy();
        long left = System.nanoTime();
        for (int i = AnswerPlan.STAMP_DIGITS - 1; i >= 0; i--) {
            copy.setByte(step.stampAt() + i, (byte) ('0' + left % 10));
            left /= 10;
        }
        return copy;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            if (timer < 0 && !over) {
                context.runOnContext(ignored -> {
                    if (timer < 0 && !over && !paused) {
                        advance();
                    }
                });
            }
        }
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        if (timer >= 0) {
            context.owner().cancelTimer(timer);
        }
        if (plan != null) {
            onEnd.run();
        }
    }
}
