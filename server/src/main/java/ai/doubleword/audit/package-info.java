/// The audit log: rows chained by a keyed hash, signed checkpoints, and the check that finds what was tampered with.
@NullMarked
package ai.doubleword.audit;

import org.jspecify.annotations.NullMarked;
