package ai.doubleword.usage;

/// What an upstream said that a request used, mapped into our buckets.
///
/// @param usage the buckets; they add up to the provider's totals for input and for output
/// @param reconciled whether the provider's numbers contradicted each other and [UsageParser]'s rule had to decide
public record ReportedUsage(TokenUsage usage, boolean reconciled) {}
