/// The documentation's samples, as pages show them.
@NullMarked
package ai.doubleword.docs;

import org.jspecify.annotations.NullMarked;
