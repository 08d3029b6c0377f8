-- What PostgreSQL does for each response that is stored: one index less, and no look at its account, which is there
-- because its key was just checked. An index is built while the table takes no writes, for seconds per million rows; the
-- rest is done in an instant, with an ACCESS EXCLUSIVE lock on response and account. The release before this writes and
-- reads as it did, and looks through the whole table for what is past its time.

CREATE INDEX response_account_expiry ON response (account, expires_at);
DROP INDEX response_account, response_expiry;
ALTER TABLE response DROP CONSTRAINT response_account_fkey;
