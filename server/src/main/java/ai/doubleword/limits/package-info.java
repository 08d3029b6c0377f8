/// Requests, tokens and concurrency per key, account and model. In memory, never blocking.
@NullMarked
package ai.doubleword.limits;

import org.jspecify.annotations.NullMarked;
