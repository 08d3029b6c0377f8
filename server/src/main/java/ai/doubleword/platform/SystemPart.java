package ai.doubleword.platform;

import java.util.List;

/// A part of the server that says how it is, as this node sees it. Every bean of this type has a section of its
/// own on the page **System**, and its facts travel with the node's sign of life to the other nodes. Asked every
/// few seconds: it must be cheap. Implementations are thread-safe.
public interface SystemPart {
    /// How its section is called.
    String title();

    /// Where its section stands: lower goes first.
    int order();

    /// How it is now.
    List<Fact> facts();

    /// One thing to know.
    ///
    /// @param value as people read it
    /// @param note what to do about it, or why; empty if nothing
    record Fact(String label, String value, Level level, String note) {
        /// Nothing to judge.
        public static Fact plain(String label, String value) {
            return new Fact(label, value, Level.PLAIN, "");
        }

        /// As it should be.
        public static Fact good(String label, String value) {
            return new Fact(label, value, Level.GOOD, "");
        }
    }

    /// How a fact is to be taken. Order is by weight.
    enum Level {
        PLAIN,
        GOOD,
        WARN,
        BAD;

        /// What style sheets call it; empty for [#PLAIN].
        public String style() {
            return this == PLAIN ? "" : name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
