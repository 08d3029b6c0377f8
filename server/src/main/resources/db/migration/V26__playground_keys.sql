-- The key that a user's calls from the playground go by, one in each account. Nobody holds its secret: it is looked up
-- here by who is signed in. A new table: no lock on anything.
CREATE TABLE playground_key (
    account_id  bigint NOT NULL REFERENCES account,
    user_id     bigint NOT NULL REFERENCES "user",
    key_id      text NOT NULL REFERENCES api_key,
    PRIMARY KEY (account_id, user_id)
);
ALTER TABLE playground_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_playground_key ON playground_key
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE ON playground_key TO ${app};
