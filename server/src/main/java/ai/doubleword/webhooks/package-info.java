/// Webhooks (S-13): an account's programs hear of events. Events are written with what they are about ([EventOutbox]);
/// any node sends them, signed as Standard Webhooks says ([Courier], [Dispatcher]), at least once.
@NullMarked
package ai.doubleword.webhooks;

import org.jspecify.annotations.NullMarked;
