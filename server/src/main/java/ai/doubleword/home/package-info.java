/// The first minute: the administrator, key and link of the first start, and what the server says when it is ready.
@NullMarked
package ai.doubleword.home;

import org.jspecify.annotations.NullMarked;
