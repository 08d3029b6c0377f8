/// Keeps the pages true: links lead somewhere and shown code is the code that is executed.
@NullMarked
package ai.doubleword.docs;

import org.jspecify.annotations.NullMarked;
