/// `Idempotency-Key`: a request is done once, and its answer given again. Blocking code for virtual threads.
@NullMarked
package ai.doubleword.idempotency;

import org.jspecify.annotations.NullMarked;
