/// Made-up data that shows every page full: users, an organization, models, thirty days of history, a minute of real
/// calls. Only on an empty system; marked, and removed whole.
@NullMarked
package ai.doubleword.demo;

import org.jspecify.annotations.NullMarked;
