package ai.doubleword.docs;

import org.commonmark.node.CustomBlock;

/// What pages hold beyond markdown.
final class Blocks {
    private Blocks() {}

    /// A sample of `docs/samples` in all its languages.
    static final class Sample extends CustomBlock {
        final String name;

        Sample(String name) {
            this.name = name;
        }
    }

    /// The lines that set what samples read, and the choice of what is filled in.
    static final class Setup extends CustomBlock {
        final boolean written;

        /// @param written whether the author put it there, so that it stays when samples hold the values themselves
        Setup(boolean written) {
            this.written = written;
        }
    }

    /// The same lines under OpenAI's names.
    static final class OpenAiSetup extends CustomBlock {}

    /// A table that scrolls by itself.
    static final class Wide extends CustomBlock {}
}
