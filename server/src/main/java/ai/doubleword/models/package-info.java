/// The catalogue: what customers name in `model`, where it runs, and the immutable snapshot that requests are routed
/// by.
@NullMarked
package ai.doubleword.models;

import org.jspecify.annotations.NullMarked;
