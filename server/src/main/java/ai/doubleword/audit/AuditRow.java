package ai.doubleword.audit;

import java.time.Instant;

/// A row of the log.
///
/// @param seq its number, without gaps
/// @param at to the microsecond, as the database keeps it
/// @param actor user id; 0 for the program itself
/// @param credential what proved it: `key_…`, `session_…`, `operator`, or empty
/// @param client the address the request came from; empty for the program itself
/// @param request id of the request; empty for the program itself
/// @param account whose event it is; 0 for the platform's
/// @param was JSON of what was before; empty for nothing
/// @param became JSON of what is now; empty for nothing
/// @param hash of this row and all before it
record AuditRow(
        long seq,
        Instant at,
        String kind,
        long actor,
        String credential,
        String client,
        String request,
        long account,
        String subject,
        String was,
        String became,
        Hash hash) {
    AuditRow withHash(Hash computed) {
        return new AuditRow(seq, at, kind, actor, credential, client, request, account, subject, was, became, computed);
    }
}
