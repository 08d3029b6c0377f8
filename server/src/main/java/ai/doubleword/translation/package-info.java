/// Between OpenAI's two formats for conversations: Responses and chat completions. Pure functions over JSON, and one
/// state machine for streams; no HTTP, no database. Used by realtime calls, background work and lines of batches alike.
@NullMarked
package ai.doubleword.translation;

import org.jspecify.annotations.NullMarked;
