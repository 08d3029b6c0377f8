package ai.doubleword.audit;

import java.util.OptionalLong;

/// Which rows of the log.
///
/// @param account whose rows; absent for all
/// @param kind such as `key.created`, or what kinds begin with, such as `key`; empty for all
/// @param actor user id; absent for everybody
/// @param subject part of what a row is about; empty for all
record AuditFilter(OptionalLong account, String kind, OptionalLong actor, String subject) {}
