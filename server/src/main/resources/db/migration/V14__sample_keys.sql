-- Keys that a click makes for the samples of a page. They are told from others so that they fold into one row of the
-- list. A column with a default and a new table: no rewrite, a brief lock on api_key.

ALTER TABLE api_key ADD COLUMN sample boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN api_key.sample IS 'made to be filled into samples';
GRANT SELECT (sample), UPDATE (sample) ON api_key TO ${app};

-- The secret of a session's sample key, sealed under a key that follows from the session's cookie. The cookie is kept
-- nowhere, so a dump opens none of these; they end with the session.
CREATE TABLE sample_key (
    session_id  bigint NOT NULL REFERENCES session ON DELETE CASCADE,
    account_id  bigint NOT NULL REFERENCES account,
    key_id      text NOT NULL REFERENCES api_key,
    sealed      bytea NOT NULL,
    PRIMARY KEY (session_id, account_id)
);
ALTER TABLE sample_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_sample_key ON sample_key
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE, DELETE ON sample_key TO ${app};
