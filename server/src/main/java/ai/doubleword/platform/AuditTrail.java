package ai.doubleword.platform;

import org.jdbi.v3.core.Handle;

/// Where features write down who changed what (S-16). A row is part of the transaction that makes the change: either
/// both are there or none, so that an action whose row cannot be written does not happen. Thread-safe; blocks.
///
/// Call it last in a transaction: rows follow each other without gaps, so from here to the commit all others wait.
public interface AuditTrail {
    void record(Handle transaction, AuditEvent event);
}
