-- Responses that are kept, sealed with the request that they answer. A new table only: no lock on anything.

CREATE TABLE response (
    id          bigint PRIMARY KEY,
    account     bigint NOT NULL REFERENCES account,
    member      bigint NOT NULL,
    expires_at  timestamptz NOT NULL,
    content     bytea NOT NULL
);
CREATE INDEX response_expiry ON response (expires_at);
COMMENT ON COLUMN response.id IS 'that of the request in usage';
COMMENT ON COLUMN response.content IS 'Sealed: request and response as JSON';

-- The second wall (S-09).
ALTER TABLE response ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_response ON response
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT, INSERT, DELETE ON response TO ${app};
