/// The data plane: route, admission, relay, terminal. Event-loop code: nothing here blocks or touches a database.
@NullMarked
package ai.doubleword.gateway;

import org.jspecify.annotations.NullMarked;
