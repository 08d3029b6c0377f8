-- What was asked with an Idempotency-Key, and its answer. A new table only: no lock on anything.

CREATE TABLE idempotency (
    family         bigint NOT NULL,
    key_hash       bytea NOT NULL,
    account_id     bigint NOT NULL REFERENCES account,
    request_hash   bytea NOT NULL,
    claim          bigint NOT NULL,
    claimed_until  timestamptz NOT NULL,
    status         integer,
    content_type   text,
    answer         bytea,
    expires_at     timestamptz NOT NULL,
    PRIMARY KEY (family, key_hash)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
COMMENT ON COLUMN idempotency.family IS 'Key family of the caller: two callers never meet in one row';
COMMENT ON COLUMN idempotency.claim IS 'Id of the run that does the work; another takes over once claimed_until is past';
COMMENT ON COLUMN idempotency.status IS 'HTTP status of the answer; absent while the work runs';
COMMENT ON COLUMN idempotency.answer IS 'Sealed; absent where only the fact is kept';

ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_idempotency ON idempotency
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
CREATE UNIQUE INDEX idempotency_claim ON idempotency (claim);
