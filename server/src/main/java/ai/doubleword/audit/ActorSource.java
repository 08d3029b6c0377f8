package ai.doubleword.audit;

/// Knows who acts now.
interface ActorSource {
    Actor current();
}
