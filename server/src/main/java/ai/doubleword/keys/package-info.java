/// API keys: their format, the ring that verifies them in memory, issuing, rotation and revocation.
@NullMarked
package ai.doubleword.keys;

import org.jspecify.annotations.NullMarked;
