/// A deterministic OpenAI-compatible model server: a library for use inside a process, and a process of its own.
@NullMarked
package ai.doubleword.simulator;

import org.jspecify.annotations.NullMarked;
