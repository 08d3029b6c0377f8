package ai.doubleword.responses;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/// SQL of conversations. What they say is sealed.
final class ConversationStore {
    private static final RowMapper<Row> ROW = (row, context) -> new Row(
            row.getLong("id"),
            row.getBytes("metadata"),
            row.getLong("places"),
            row.getInt("items"),
            row.getLong("bytes"));
    private static final RowMapper<Item> ITEM =
            (row, context) -> new Item(row.getLong("place"), row.getString("name"), row.getBytes("content"));
    private static final RowMapper<Turn> TURN =
            (row, context) -> new Turn(row.getLong("response"), row.getLong("conversation"), row.getLong("account"));

    private ConversationStore() {}

    /// A conversation's row.
    ///
    /// @param places how many places of items were given out
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Row(long id, byte[] metadata, long places, int items, long bytes) {}

    /// An item's row.
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Item(long place, String name, byte[] content) {}

    /// A response of the background that is to add its items.
    record Turn(long response, long conversation, long account) {}

    static void insert(Handle handle, long account, long member, long id, byte[] metadata) {
        handle.createUpdate("""
                        INSERT INTO conversation (id, account, member, metadata)
                        VALUES (:id, :account, :member, :metadata)
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("member", member)
                .bind("metadata", metadata)
                .execute();
    }

    static Optional<Row> find(Handle handle, Viewer viewer, long id) {
        return handle.createQuery("""
                        SELECT id, metadata, places, items, bytes FROM conversation
                        WHERE id = :id AND account = :account AND (:member = 0 OR member = :member)
                        """)
                .bind("id", id)
                .bind("account", viewer.account())
                .bind("member", viewer.member())
                .map(ROW)
                .findOne();
    }

    /// The newest before one, the newest first.
    static List<Row> latest(Handle handle, Viewer viewer, long before, int limit) {
        return handle.createQuery("""
                        SELECT id, metadata, places, items, bytes FROM conversation
                        WHERE account = :account AND id < :before AND (:member = 0 OR member = :member)
                        ORDER BY id DESC LIMIT :limit
                        """)
                .bind("account", viewer.account())
                .bind("member", viewer.member())
                .bind("before", before)
                .bind("limit", limit)
                .map(ROW)
                .list();
    }

    /// As [#find], for whoever adds to it: until the transaction ends nobody else does.
    static Optional<Row> lock(Handle handle, Viewer viewer, long id) {
        return handle.createQuery("""
                        SELECT id, metadata, places, items, bytes FROM conversation
                        WHERE id = :id AND account = :account AND (:member = 0 OR member = :member)
                        FOR NO KEY UPDATE
                        """)
                .bind("id", id)
                .bind("account", viewer.account())
                .bind("member", viewer.member())
                .map(ROW)
                .findOne();
    }

    static void describe(Handle handle, long account, long id, byte[] metadata) {
        handle.createUpdate("UPDATE conversation SET metadata = :metadata WHERE id = :id AND account = :account")
                .bind("metadata", metadata)
                .bind("id", id)
                .bind("account", account)
                .execute();
    }

    /// @param places more that were given out
    /// @param items more of them, or less
    /// @param bytes more, or less
    static void grow(Handle handle, long account, long id, int places, int items, long bytes) {
        handle.createUpdate("""
                        UPDATE conversation
                        SET places = places + :places, items = items + :items, bytes = bytes + :bytes
                        WHERE id = :id AND account = :account
                        """)
                .bind("places", places)
                .bind("items", items)
                .bind("bytes", bytes)
                .bind("id", id)
                .bind("account", account)
                .execute();
    }

    /// @return whether there was one
    static boolean delete(Handle handle, Viewer viewer, long id) {
        return handle.createUpdate("""
                        DELETE FROM conversation
                        WHERE id = :id AND account = :account AND (:member = 0 OR member = :member)
                        """)
                        .bind("id", id)
                        .bind("account", viewer.account())
                        .bind("member", viewer.member())
                        .execute()
                == 1;
    }

    /// Plain JDBC, since arrays of bytes are the driver's own.
    static void insertItems(Handle handle, long account, long conversation, List<Item> items) throws SQLException {
        Connection connection = handle.getConnection();
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO conversation_item (conversation, place, account, name, content)
                SELECT ?, place, ?, name, content FROM unnest(?, ?, ?) AS i (place, name, content)
                """)) {
            insert.setLong(1, conversation);
            insert.setLong(2, account);
            insert.setArray(
                    3,
                    connection.createArrayOf(
                            "int8", items.stream().map(Item::place).toArray()));
            insert.setArray(
                    4,
                    connection.createArrayOf(
                            "text", items.stream().map(Item::name).toArray()));
            insert.setArray(
                    5,
                    connection.createArrayOf(
                            "bytea", items.stream().map(Item::content).toArray(byte[][]::new)));
            insert.executeUpdate();
        }
    }

    static Optional<Item> item(Handle handle, long account, long conversation, String name) {
        return handle.createQuery("""
                        SELECT place, name, content FROM conversation_item
                        WHERE conversation = :conversation AND account = :account AND name = :name
                        """)
                .bind("conversation", conversation)
                .bind("account", account)
                .bind("name", name)
                .map(ITEM)
                .findOne();
    }

    static OptionalLong place(Handle handle, long account, long conversation, String name) {
        return handle
                .createQuery("""
                        SELECT place FROM conversation_item
                        WHERE conversation = :conversation AND account = :account AND name = :name
                        """)
                .bind("conversation", conversation)
                .bind("account", account)
                .bind("name", name)
                .mapTo(Long.class)
                .stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    /// The first items after a place.
    static List<Item> after(Handle handle, long account, long conversation, long place, int limit) {
        return handle.createQuery("""
                        SELECT place, name, content FROM conversation_item
                        WHERE conversation = :conversation AND account = :account AND place > :place
                        ORDER BY place LIMIT :limit
                        """)
                .bind("conversation", conversation)
                .bind("account", account)
                .bind("place", place)
                .bind("limit", limit)
                .map(ITEM)
                .list();
    }

    /// The last items before a place, the last first.
    static List<Item> before(Handle handle, long account, long conversation, long place, int limit) {
        return handle.createQuery("""
                        SELECT place, name, content FROM conversation_item
                        WHERE conversation = :conversation AND account = :account AND place < :place
                        ORDER BY place DESC LIMIT :limit
                        """)
                .bind("conversation", conversation)
                .bind("account", account)
                .bind("place", place)
                .bind("limit", limit)
                .map(ITEM)
                .list();
    }

    static void deleteItem(Handle handle, long account, long conversation, long place) {
        handle.createUpdate("""
                        DELETE FROM conversation_item
                        WHERE conversation = :conversation AND account = :account AND place = :place
                        """)
                .bind("conversation", conversation)
                .bind("account", account)
                .bind("place", place)
                .execute();
    }

    static void addTurn(Handle handle, Turn turn) {
        handle.createUpdate("""
                        INSERT INTO conversation_turn (response, conversation, account)
                        VALUES (:response, :conversation, :account)
                        """)
                .bind("response", turn.response())
                .bind("conversation", turn.conversation())
                .bind("account", turn.account())
                .execute();
    }

    /// Of one conversation, in the order that they were asked for.
    static List<Turn> turns(Handle handle, long account, long conversation) {
        return handle.createQuery("""
                        SELECT response, conversation, account FROM conversation_turn
                        WHERE conversation = :conversation AND account = :account ORDER BY response
                        """)
                .bind("conversation", conversation)
                .bind("account", account)
                .map(TURN)
                .list();
    }

    /// Of all conversations, those after a response.
    static List<Turn> turnsAfter(Handle handle, long response, int limit) {
        return handle.createQuery("""
                        SELECT response, conversation, account FROM conversation_turn
                        WHERE response > :response ORDER BY response LIMIT :limit
                        """)
                .bind("response", response)
                .bind("limit", limit)
                .map(TURN)
                .list();
    }

    /// @return whether it was there
    static boolean removeTurn(Handle handle, Turn turn) {
        return handle.createUpdate("DELETE FROM conversation_turn WHERE response = :response AND account = :account")
                        .bind("response", turn.response())
                        .bind("account", turn.account())
                        .execute()
                == 1;
    }

    static long count(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM conversation WHERE account = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    static void forget(Handle handle, long account) {
        handle.createUpdate("DELETE FROM conversation WHERE account = :account")
                .bind("account", account)
                .execute();
    }
}
