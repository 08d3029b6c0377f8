package ai.doubleword.responses;

import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;

/// The conversations that a key may see: those of its account, or its member's own. They last until they are deleted.
/// Blocks; thread-safe.
@Singleton
final class Conversations {
    /// The most items that one may hold.
    static final int MOST_ITEMS = 10_000;

    /// The most bytes that its items may take: as many as a request may have.
    static final long MOST_BYTES = 32L << 20;

    private static final ObjectMapper JSON = JsonFormat.trees();

    private final Database database;
    private final SecretBox box;
    private final Ids ids;
    private final ConversationItems items;
    private final ConversationTurns turns;
    private final BatchFiles sight;

    Conversations(
            Database database,
            SecretBox box,
            Ids ids,
            ConversationItems items,
            ConversationTurns turns,
            BatchFiles sight) {
        this.database = database;
        this.box = box;
        this.ids = ids;
        this.items = items;
        this.turns = turns;
        this.sight = sight;
    }

    /// Part of the items of a conversation.
    record Page(List<ObjectNode> items, boolean more) {}

    /// A conversation as it is listed.
    ///
    /// @param items how many it holds
    record Listed(Conversation conversation, int items) {}

    /// @throws ProblemException if the items are too large
    Conversation create(Principal key, List<ObjectNode> first, Map<String, String> metadata) {
        long id = ids.next();
        return in(key, (handle, viewer) -> {
            ConversationStore.insert(handle, key.account(), key.member(), id, seal(id, metadata));
            append(handle, new Viewer(key.account(), 0), id, first);
            return new Conversation(id, metadata);
        });
    }

    /// The newest before one, the newest first.
    List<Listed> latest(Viewer viewer, long before, int limit) {
        return in(
                viewer,
                handle -> ConversationStore.latest(handle, viewer, before, limit).stream()
                        .map(row -> new Listed(open(row), row.items()))
                        .toList());
    }

    Optional<Listed> find(Viewer viewer, long id) {
        turns.catchUp(viewer.account(), id);
        return in(
                viewer,
                handle -> ConversationStore.find(handle, viewer, id).map(row -> new Listed(open(row), row.items())));
    }

    Optional<Conversation> find(Principal key, long id) {
        return in(
                key,
                (handle, viewer) -> ConversationStore.find(handle, viewer, id).map(this::open));
    }

    Optional<Conversation> describe(Principal key, long id, Map<String, String> metadata) {
        return in(key, (handle, viewer) -> {
            if (ConversationStore.find(handle, viewer, id).isEmpty()) {
                return Optional.empty();
            }
            ConversationStore.describe(handle, key.account(), id, seal(id, metadata));
            return Optional.of(new Conversation(id, metadata));
        });
    }

    /// @return whether there was one
    boolean delete(Principal key, long id) {
        return delete(Viewer.of(key, sight), id);
    }

    boolean delete(Viewer viewer, long id) {
        return in(viewer, handle -> ConversationStore.delete(handle, viewer, id));
    }

    /// @return the items as they stand there now; nothing if there is no such conversation
    /// @throws ProblemException if it would hold too much
    Optional<List<ObjectNode>> add(Principal key, long id, List<ObjectNode> more) {
        turns.catchUp(key.account(), id);
        return in(key, (handle, viewer) -> append(handle, viewer, id, more));
    }

    private Optional<List<ObjectNode>> append(Handle handle, Viewer viewer, long id, List<ObjectNode> more)
            throws SQLException {
        Optional<ConversationStore.Row> conversation = ConversationStore.lock(handle, viewer, id);
        if (conversation.isEmpty()) {
            return Optional.empty();
        }
        List<ObjectNode> named = items.named(more);
        if (!named.isEmpty()) {
            refuseFull(conversation.get(), "items", named.size());
            items.append(handle, viewer.account(), conversation.get(), named);
        }
        return Optional.of(named);
    }

    /// Everything that was said in one, for a request that goes on from it.
    ///
    /// @param name as the client wrote it
    /// @throws ProblemException if there is no such conversation, or no room in it
    List<ObjectNode> before(Principal key, String name) {
        OptionalLong id = Conversation.parse(name);
        if (id.isPresent()) {
            turns.catchUp(key.account(), id.getAsLong());
        }
        return in(key, (handle, viewer) -> {
            Optional<ConversationStore.Row> found =
                    id.isEmpty() ? Optional.empty() : ConversationStore.find(handle, viewer, id.getAsLong());
            ConversationStore.Row conversation = found.orElseThrow(
                    () -> new ProblemException(Problem.ofParam(ErrorCode.NOT_FOUND, "conversation", missing(name))));
            refuseFull(conversation, "conversation", 1);
            return items.all(handle, key.account(), conversation.id());
        });
    }

    /// @param after an item's id, or empty
    /// @return nothing if there is no such conversation
    /// @throws ProblemException if `after` is none of its items
    Optional<Page> items(Principal key, long id, String after, int limit, boolean ascending) {
        return items(Viewer.of(key, sight), id, after, limit, ascending);
    }

    Optional<Page> items(Viewer viewer, long id, String after, int limit, boolean ascending) {
        long account = viewer.account();
        turns.catchUp(account, id);
        return in(viewer, handle -> {
            if (ConversationStore.find(handle, viewer, id).isEmpty()) {
                return Optional.empty();
            }
            long place = ascending ? -1 : Long.MAX_VALUE;
            if (!after.isEmpty()) {
                place = ConversationStore.place(handle, account, id, after)
                        .orElseThrow(() -> new ProblemException(Problem.ofParam(
                                ErrorCode.INVALID_VALUE, "after", "`after` names no item of this conversation.")));
            }
            List<ConversationStore.Item> rows = ascending
                    ? ConversationStore.after(handle, account, id, place, limit + 1)
                    : ConversationStore.before(handle, account, id, place, limit + 1);
            return Optional.of(new Page(
                    rows.stream().limit(limit).map(row -> items.open(id, row)).toList(), rows.size() > limit));
        });
    }

    Optional<ObjectNode> item(Principal key, long id, String name) {
        turns.catchUp(key.account(), id);
        return in(
                key,
                (handle, viewer) -> ConversationStore.find(handle, viewer, id)
                        .flatMap(found -> ConversationStore.item(handle, key.account(), id, name))
                        .map(row -> items.open(id, row)));
    }

    /// @return the conversation without it; nothing if there is no such item
    Optional<Conversation> deleteItem(Principal key, long id, String name) {
        turns.catchUp(key.account(), id);
        return in(key, (handle, viewer) -> {
            Optional<ConversationStore.Row> conversation = ConversationStore.lock(handle, viewer, id);
            Optional<ConversationStore.Item> item =
                    conversation.flatMap(found -> ConversationStore.item(handle, key.account(), id, name));
            item.ifPresent(row -> {
                ConversationStore.deleteItem(handle, key.account(), id, row.place());
                ConversationStore.grow(handle, key.account(), id, 0, -1, -row.content().length);
            });
            return item.flatMap(gone -> conversation.map(this::open));
        });
    }

    static String missing(String name) {
        return "There is no conversation '" + StoredResponse.shortened(name) + "'.";
    }

    private static void refuseFull(ConversationStore.Row conversation, String param, int more) {
        if (conversation.items() + more > MOST_ITEMS || conversation.bytes() > MOST_BYTES) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    param,
                    "The conversation is full: it may hold " + MOST_ITEMS + " items and " + MOST_BYTES
                            + " bytes. Delete some of them, or begin a new one."));
        }
    }

    private Conversation open(ConversationStore.Row row) {
        try (Secret plain = box.open(row.metadata(), "conversation", row.id(), "metadata")) {
            return new Conversation(row.id(), JSON.readValue(plain.reveal(), new TypeReference<>() {}));
        } catch (IOException e) {
            throw new IllegalStateException("the metadata of a conversation is no JSON", e);
        }
    }

    private byte[] seal(long id, Map<String, String> metadata) {
        byte[] json = JSON.valueToTree(metadata).toString().getBytes(StandardCharsets.UTF_8);
        try (Secret plain = Secret.of(json)) {
            return box.seal(plain, "conversation", id, "metadata");
        }
    }

    /// What is done in a transaction, for one who sees so much.
    private interface Work<T> {
        T with(Handle handle, Viewer viewer) throws SQLException;
    }

    private <T> T in(Principal key, Work<T> work) {
        Viewer viewer = Viewer.of(key, sight);
        return in(viewer, handle -> work.with(handle, viewer));
    }

    private <T> T in(Viewer viewer, HandleCallback<T, SQLException> work) {
        try {
            return database.<T, SQLException>inAccount(viewer.account(), work);
        } catch (SQLException e) {
            throw new IllegalStateException("a conversation cannot be read or written", e);
        }
    }
}
