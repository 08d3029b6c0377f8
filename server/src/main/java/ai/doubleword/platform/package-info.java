/// Start-up, configuration, the database, ids, time, errors and outgoing connections: what every feature stands on.
@NullMarked
package ai.doubleword.platform;

import org.jspecify.annotations.NullMarked;
