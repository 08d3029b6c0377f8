-- What requests held, for accounts that want it kept (S-20). A column with a default (no rewrite, a moment's ACCESS
-- EXCLUSIVE lock on account), an index of few rows, and a new table.

ALTER TABLE account ADD COLUMN payload_days integer NOT NULL DEFAULT 0 CHECK (payload_days BETWEEN 0 AND 365);
COMMENT ON COLUMN account.payload_days IS 'for how many days payloads are kept; 0 for not at all';
CREATE INDEX account_payloads ON account (id) WHERE payload_days > 0;

CREATE TABLE request_payload (
    request     bigint PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES account,
    blob        text NOT NULL,
    at          bigint NOT NULL,
    bytes       integer NOT NULL,
    kept_at     timestamptz NOT NULL
);
CREATE INDEX request_payload_account ON request_payload (account_id, kept_at);
CREATE INDEX request_payload_blob ON request_payload (blob);
COMMENT ON COLUMN request_payload.blob IS 'where it lies, sealed under a key of its own, among others of the account';

ALTER TABLE request_payload ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_request_payload ON request_payload
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT ON request_payload TO ${app};
