/// Upstreams that serve models, with their health, breaker and concurrency.
@NullMarked
package ai.doubleword.providers;

import org.jspecify.annotations.NullMarked;
