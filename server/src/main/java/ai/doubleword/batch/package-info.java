/// Batches: planned into chunks, leased to workers, recorded in segments, each line exactly once.
@NullMarked
package ai.doubleword.batch;

import org.jspecify.annotations.NullMarked;
