/// The batch line format: one request a line. Rules, token estimate, and the index of a file's lines; the same for
/// server, console and command line.
@NullMarked
package ai.doubleword.jsonl;

import org.jspecify.annotations.NullMarked;
