-- For how long an account wants its responses kept. A column without a default (no rewrite, a moment's ACCESS EXCLUSIVE
-- lock on account) and an index of few rows.

ALTER TABLE account ADD COLUMN response_days integer CHECK (response_days BETWEEN 1 AND 3650);
COMMENT ON COLUMN account.response_days IS 'for how many days responses are kept; absent for as long as the server says';
CREATE INDEX account_responses ON account (id) WHERE response_days IS NOT NULL;
