package ai.doubleword.models;

import ai.doubleword.platform.ChangeFeed;

/// The feed that keeps the routing table true: a type of its own, for other packages have feeds too.
///
/// @param changes started by [ModelBeans]
record RoutingFeed(ChangeFeed changes) {}
