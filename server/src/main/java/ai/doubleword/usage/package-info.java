/// What was used: the usage record, the journal that keeps it, the drain into PostgreSQL, rollups and the request log.
@NullMarked
package ai.doubleword.usage;

import org.jspecify.annotations.NullMarked;
