-- The newest single lines of an account, for its page of responses, and the stored responses of an account, for its
-- erasure. Built while the tables take no writes: seconds for millions of rows.

CREATE INDEX single_line_account ON single_line (account, id);
CREATE INDEX response_account ON response (account);
