-- Which warnings went out that a key ends soon. A new table, and an index of a small table (a moment's SHARE lock on
-- api_key).

CREATE TABLE key_expiry_notice (
    key_id      text PRIMARY KEY REFERENCES api_key ON DELETE CASCADE,
    expires_at  timestamptz NOT NULL,
    days        integer NOT NULL
);
COMMENT ON COLUMN key_expiry_notice.expires_at IS 'the end that was warned of: one that is put off is warned of again';
COMMENT ON COLUMN key_expiry_notice.days IS 'how many days before it the latest warning was for: 14, 3 or 1';

CREATE INDEX api_key_expiry ON api_key (expires_at) WHERE revoked_at IS NULL AND deleted_at IS NULL;
