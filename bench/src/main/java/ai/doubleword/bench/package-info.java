/// Measures the gateway: a load generator, scenarios, nginx as the floor, and a report.
@NullMarked
package ai.doubleword.bench;

import org.jspecify.annotations.NullMarked;
