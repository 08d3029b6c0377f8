/// Batches: planned into chunks, leased to workers, recorded in segments, each line exactly once.
///
/// Requests that come one by one and run later go through the same engine, by the door [SingleLines]: `submit`,
/// then `state`, `await`, `whenEnded`, `cancel`, `delete`. Many of them are packed into one batch without an input
/// file (a *pack*), so that thousands cost like one file. To add an endpoint to those of the gateway, make a bean
/// that is an [EndpointHandler]: it makes the model's request of what was submitted, and the line's result of the
/// model's answer.
@NullMarked
package ai.doubleword.batch;

import org.jspecify.annotations.NullMarked;
