/// Pages of who runs the platform that are about more than one feature: limits, and how the system is.
@NullMarked
package ai.doubleword.administration;

import org.jspecify.annotations.NullMarked;
