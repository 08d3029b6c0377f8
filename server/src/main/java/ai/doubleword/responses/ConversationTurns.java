package ai.doubleword.responses;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/// What responses add to their conversations: what was asked and what was answered, together and once, in the order in
/// which they end. One that was answered while its client waited adds it with the transaction that stores it. One of
/// the background is written down before the engine has it; whoever looks at the conversation, or a round each minute,
/// adds what has ended since. Blocks; thread-safe.
@Singleton
final class ConversationTurns {
    private static final Logger LOG = Logger.getLogger(ConversationTurns.class);
    private static final Set<String> ANSWERED = Set.of("completed", "incomplete");
    private static final Set<String> OPEN = Set.of("queued", "in_progress");
    private static final int ROUND = 1000;

    /// One whose response is not there after this never will be: its server died, or the engine refused it.
    private static final Duration NEVER_CAME = Duration.ofMinutes(10);

    private final Database database;
    private final ConversationItems items;
    private final BackgroundResponses background;
    private final StoredResponses stored;
    private final Clock clock;
    private long lastLooked;

    ConversationTurns(
            Database database,
            ConversationItems items,
            BackgroundResponses background,
            StoredResponses stored,
            Clock clock) {
        this.database = database;
        this.items = items;
        this.background = background;
        this.stored = stored;
        this.clock = clock;
    }

    /// Whether a response, as it ended, is a turn of its conversation.
    static boolean isTurn(StoredResponse ended) {
        return ended.request().conversation() != null
                && ANSWERED.contains(ended.response().path("status").asText());
    }

    /// Adds what was answered while its client waited, and stores it where it is to be stored. A conversation that was
    /// deleted meanwhile stays so.
    void answered(StoredResponses.Kept kept) throws SQLException {
        long account = kept.key().account();
        OptionalLong conversation = conversation(kept.response());
        if (conversation.isPresent()) {
            try {
                catchUp(account, conversation.getAsLong());
            } catch (RuntimeException e) {
                LOG.warnf(e, "A conversation could not catch up; it does when it is next looked at");
            }
        }
        database.<Boolean, SQLException>inAccount(account, handle -> {
            if (kept.response().request().store()) {
                stored.keep(handle, kept);
            }
            Optional<ConversationStore.Row> row = conversation.isEmpty()
                    ? Optional.empty()
                    : ConversationStore.lock(handle, new Viewer(account, 0), conversation.getAsLong());
            if (row.isPresent()) {
                add(handle, account, row.get(), kept.response());
            }
            return true;
        });
    }

    /// Writes down that a response of the background will have something to add.
    void expect(long account, long response, String conversation) {
        ConversationStore.Turn turn = new ConversationStore.Turn(
                response, Conversation.parse(conversation).orElseThrow(), account);
        database.<Boolean, RuntimeException>inAccount(account, handle -> {
            ConversationStore.addTurn(handle, turn);
            return true;
        });
    }

    /// Adds what responses of the background have to add that ended since.
    void catchUp(long account, long conversation) {
        database.<List<ConversationStore.Turn>, RuntimeException>inAccount(
                        account, handle -> ConversationStore.turns(handle, account, conversation))
                .forEach(this::settle);
    }

    /// Adds what one of the background has to add that is about to be deleted.
    void beforeDeletion(long account, StoredResponse response) {
        conversation(response).ifPresent(conversation -> catchUp(account, conversation));
    }

    @Scheduled(every = "1m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void round() {
        try {
            List<ConversationStore.Turn> some =
                    database.engine().withHandle(handle -> ConversationStore.turnsAfter(handle, lastLooked, ROUND));
            some.forEach(this::settle);
            lastLooked = some.size() < ROUND ? 0 : some.getLast().response();
        } catch (RuntimeException e) {
            LOG.warnf(e, "Conversations could not catch up; the next try is in a minute");
        }
    }

    private void settle(ConversationStore.Turn turn) {
        Optional<StoredResponse> now = background.find(new Viewer(turn.account(), 0), turn.response());
        boolean gone = now.isEmpty() && Ids.millis(turn.response()) < clock.millis() - NEVER_CAME.toMillis();
        boolean ended = now.isPresent()
                && !OPEN.contains(now.get().response().path("status").asText());
        if (!gone && !ended) {
            return;
        }
        try {
            database.<Boolean, SQLException>inAccount(turn.account(), handle -> {
                Optional<ConversationStore.Row> conversation =
                        ConversationStore.lock(handle, new Viewer(turn.account(), 0), turn.conversation());
                // Whoever removes it adds it: once, also where two look at the same time.
                boolean ours = conversation.isPresent() && ConversationStore.removeTurn(handle, turn);
                if (ours && now.isPresent() && isTurn(now.get())) {
                    add(handle, turn.account(), conversation.get(), now.get());
                }
                return true;
            });
        } catch (SQLException e) {
            throw new IllegalStateException("a turn cannot be added to its conversation", e);
        }
    }

    private void add(Handle handle, long account, ConversationStore.Row conversation, StoredResponse turn)
            throws SQLException {
        List<ObjectNode> asked = new ArrayList<>();
        turn.request().input().forEach(item -> asked.add((ObjectNode) item));
        List<ObjectNode> both = new ArrayList<>(items.named(asked));
        turn.response().path("output").forEach(item -> both.add((ObjectNode) item));
        items.append(handle, account, conversation, both);
    }

    private static OptionalLong conversation(StoredResponse response) {
        String name = response.request().conversation();
        return name == null ? OptionalLong.empty() : Conversation.parse(name);
    }
}
