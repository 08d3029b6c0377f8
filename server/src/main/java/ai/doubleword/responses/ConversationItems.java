package ai.doubleword.responses;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// The items of conversations: named, sealed, and put in order at the end. Each method is part of its caller's
/// transaction, in the account. Blocks; thread-safe.
@Singleton
final class ConversationItems {
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final int PAGE = 1000;

    private final SecretBox box;
    private final Ids ids;

    ConversationItems(SecretBox box, Ids ids) {
        this.box = box;
        this.ids = ids;
    }

    /// Items as they will stand there: each with an id of its own, and said to be whole.
    List<ObjectNode> named(Iterable<ObjectNode> items) {
        List<ObjectNode> named = new ArrayList<>();
        for (ObjectNode item : items) {
            ObjectNode own = JSON.createObjectNode();
            own.put("id", Ids.format(prefix(item.path("type").asText()), ids.next()));
            item.properties().forEach(field -> {
                if (!field.getKey().equals("id")) {
                    own.set(field.getKey(), field.getValue());
                }
            });
            if (!own.hasNonNull("status")) {
                own.put("status", "completed");
            }
            named.add(own);
        }
        return named;
    }

    private static String prefix(String type) {
        return switch (type) {
            case "message" -> "msg";
            case "reasoning" -> "rs";
            case "function_call" -> "fc";
            case "function_call_output" -> "fco";
            case "custom_tool_call" -> "ctc";
            case "custom_tool_call_output" -> "ctco";
            default -> "item";
        };
    }

    /// Puts items at the end, one after the other, whoever else adds some now.
    ///
    /// @param conversation locked
    /// @param items with their ids
    void append(Handle handle, long account, ConversationStore.Row conversation, List<ObjectNode> items)
            throws SQLException {
        List<ConversationStore.Item> rows = new ArrayList<>();
        long bytes = 0;
        for (ObjectNode item : items) {
            long place = conversation.places() + rows.size();
            byte[] content = seal(conversation.id(), place, item);
            bytes += content.length;
            rows.add(new ConversationStore.Item(place, item.path("id").asText(), content));
        }
        ConversationStore.insertItems(handle, account, conversation.id(), rows);
        ConversationStore.grow(handle, account, conversation.id(), rows.size(), rows.size(), bytes);
    }

    /// All of them, in order.
    List<ObjectNode> all(Handle handle, long account, long conversation) {
        List<ObjectNode> all = new ArrayList<>();
        List<ConversationStore.Item> page;
        long place = -1;
        do {
            page = ConversationStore.after(handle, account, conversation, place, PAGE);
            page.forEach(item -> all.add(open(conversation, item)));
            place = page.isEmpty() ? place : page.getLast().place();
        } while (page.size() == PAGE);
        return all;
    }

    ObjectNode open(long conversation, ConversationStore.Item item) {
        try (Secret plain = box.open(item.content(), "conversation_item", conversation, column(item.place()))) {
            return (ObjectNode) JSON.readTree(plain.reveal());
        } catch (IOException e) {
            throw new IllegalStateException("an item of a conversation is no JSON", e);
        }
    }

    private byte[] seal(long conversation, long place, ObjectNode item) {
        try (Secret plain = Secret.of(item.toString().getBytes(StandardCharsets.UTF_8))) {
            return box.seal(plain, "conversation_item", conversation, column(place));
        }
    }

    /// Bound to its place, too: rows of one conversation cannot be exchanged.
    private static String column(long place) {
        return "content at " + place;
    }
}
