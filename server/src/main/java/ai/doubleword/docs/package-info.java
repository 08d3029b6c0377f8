/// The documentation as pages: markdown of the project's `docs/`, the reference made from the OpenAPI documents,
/// search, and the samples, which the model cards of the console show as well.
@NullMarked
package ai.doubleword.docs;

import org.jspecify.annotations.NullMarked;
