/// Money: exact amounts, tariffs and the door through which every request's hold passes.
@NullMarked
package ai.doubleword.billing;

import org.jspecify.annotations.NullMarked;
