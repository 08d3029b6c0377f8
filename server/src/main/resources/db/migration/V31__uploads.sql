-- Files that come in parts, so that a broken connection costs one part and not all. New tables only: no lock on anything.

CREATE TABLE upload (
    id            bigint PRIMARY KEY,
    account       bigint NOT NULL REFERENCES account,
    member        bigint NOT NULL REFERENCES "user",
    key_id        text,
    name          text NOT NULL,
    bytes         bigint NOT NULL CHECK (bytes > 0),
    mime_type     text NOT NULL,
    file_seconds  bigint,
    status        text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'completed', 'cancelled', 'expired')),
    file          bigint REFERENCES file,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX upload_expiry ON upload (expires_at) WHERE status = 'pending';
COMMENT ON COLUMN upload.bytes IS 'how large its sender says it will be';
COMMENT ON COLUMN upload.file_seconds IS 'how long the file is to be kept; absent for the usual time';

CREATE TABLE upload_part (
    id          bigint PRIMARY KEY,
    upload      bigint NOT NULL REFERENCES upload,
    account     bigint NOT NULL REFERENCES account,
    blob        text NOT NULL,
    bytes       bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    purged_at   timestamptz
);
CREATE INDEX upload_part_upload ON upload_part (upload);
CREATE INDEX upload_part_purge ON upload_part (upload) WHERE purged_at IS NULL;

ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_upload ON upload
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
ALTER TABLE upload_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_upload_part ON upload_part
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT, INSERT ON upload, upload_part TO ${app};
GRANT UPDATE (status, file) ON upload TO ${app};
