package ai.doubleword.audit;

import ai.doubleword.accounts.User;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.Optional;

/// A row of the log as the API shows it.
///
/// @param actor `user_…`; absent for the program itself, and for who is not known
/// @param credential what proved it
/// @param was what was before; empty for something new
/// @param became what is now
record AuditView(
        long seq,
        Instant at,
        String kind,
        Optional<String> actor,
        String credential,
        String client,
        String requestId,
        String subject,
        @JsonRawValue String was,
        @JsonRawValue String became,
        String hash) {
    static AuditView of(AuditRow row) {
        return new AuditView(
                row.seq(),
                row.at(),
                row.kind(),
                row.actor() == 0 ? Optional.empty() : Optional.of(Ids.format(User.PREFIX, row.actor())),
                row.credential(),
                row.client(),
                row.request(),
                row.subject(),
                row.was().isEmpty() ? "{}" : row.was(),
                row.became().isEmpty() ? "{}" : row.became(),
                row.hash().toString());
    }
}
