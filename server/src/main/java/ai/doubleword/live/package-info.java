/// Tells open pages that something of their account has changed, over server-sent events. What it is they ask for
/// themselves: the stream carries no data of anybody's.
@NullMarked
package ai.doubleword.live;

import org.jspecify.annotations.NullMarked;
