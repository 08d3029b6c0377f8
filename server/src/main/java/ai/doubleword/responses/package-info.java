/// The Responses API: translated on its way in and out, kept for later, run in the background by the batch engine.
@NullMarked
package ai.doubleword.responses;

import org.jspecify.annotations.NullMarked;
