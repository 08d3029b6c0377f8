-- Files of requests, and those that batches write. A new table only: no lock on anything.

CREATE TABLE file (
    id           bigint PRIMARY KEY,
    account      bigint NOT NULL REFERENCES account,
    member       bigint NOT NULL REFERENCES "user",
    key_id       text,
    purpose      text NOT NULL CHECK (purpose IN ('batch', 'batch_output', 'batch_error')),
    name         text NOT NULL,
    bytes        bigint NOT NULL DEFAULT 0,
    lines        bigint NOT NULL DEFAULT 0,
    sha256       bytea CHECK (octet_length(sha256) = 32),
    blob         text,
    index_blob   text,
    index_bytes  bigint,
    models       jsonb,
    batch        bigint,
    uses         integer NOT NULL DEFAULT 0 CHECK (uses >= 0),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    deleted_at   timestamptz,
    purged_at    timestamptz
);
-- Lists, newest first; and the two jobs that look for what is due.
CREATE INDEX file_account ON file (account, id) WHERE deleted_at IS NULL;
CREATE INDEX file_expiry ON file (expires_at) WHERE deleted_at IS NULL;
CREATE INDEX file_purge ON file (deleted_at) WHERE deleted_at IS NOT NULL AND purged_at IS NULL;
COMMENT ON COLUMN file.key_id IS 'public id of the key that it was made with; absent for the console';
COMMENT ON COLUMN file.blob IS 'where the bytes are; absent for what a batch writes, which lies in its segments';
COMMENT ON COLUMN file.models IS 'what the lines take, by model and endpoint';
COMMENT ON COLUMN file.batch IS 'the batch that writes it';
COMMENT ON COLUMN file.uses IS 'batches that still read it: its bytes stay for them when it is deleted';
COMMENT ON COLUMN file.purged_at IS 'when its bytes were removed';

ALTER TABLE file ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_file ON file
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT, INSERT ON file TO ${app};
GRANT UPDATE (bytes, lines, uses, deleted_at) ON file TO ${app};
