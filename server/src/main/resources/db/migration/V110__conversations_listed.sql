-- The page of an account's conversations, the newest first. The old index is the beginning of the new one. Takes a lock
-- against writers of conversations while it is built, in a table of rows that are few and small.
CREATE INDEX conversation_listed ON conversation (account, id);
DROP INDEX conversation_account;
