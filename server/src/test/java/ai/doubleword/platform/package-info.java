@NullMarked
package ai.doubleword.platform;

import org.jspecify.annotations.NullMarked;
