-- Whether an account keeps responses whose request does not say. A column with a constant default (no rewrite, a moment's
-- ACCESS EXCLUSIVE lock on account) and an index of few rows.

ALTER TABLE account ADD COLUMN responses_stored boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN account.responses_stored IS 'whether responses are kept whose request says nothing of `store`';
CREATE INDEX account_unstored_responses ON account (id) WHERE NOT responses_stored;
