package ai.doubleword.providers;

import java.time.Instant;
import java.util.Optional;

/// How a provider is, as this node sees it.
///
/// @param status `up`, `degraded` (some of its targets are left alone after failures), `down` (it failed its last
/// health
///     check, or all of its targets are left alone), or `unknown` before the first check
/// @param targets places where models run at it
/// @param targetsOut those that get no requests now
/// @param checkedAt when its health was last checked
/// @param detail what the check saw
public record ProviderState(
        String status, int targets, int targetsOut, Optional<Instant> checkedAt, Optional<String> detail) {}
