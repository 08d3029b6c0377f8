-- What an organization is, who was invited, and who asks to join. Two columns with defaults (no rewrite, a moment's
-- ACCESS EXCLUSIVE lock on a small table), else new tables.

ALTER TABLE organization
    ADD COLUMN contact     text NOT NULL DEFAULT '',
    ADD COLUMN visibility  text NOT NULL DEFAULT 'maker' CHECK (visibility IN ('maker', 'organization'));
COMMENT ON COLUMN organization.visibility IS 'who sees files, batches and responses besides owners and admins';

CREATE TABLE invite (
    id               bigint PRIMARY KEY,
    organization_id  bigint NOT NULL REFERENCES organization,
    email            text NOT NULL,
    role             text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    manage_keys      boolean NOT NULL,
    token_hash       bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    invited_by       bigint NOT NULL REFERENCES "user",
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    ended_at         timestamptz,
    ended_as         text CHECK (ended_as IN ('accepted', 'declined', 'revoked'))
);
CREATE UNIQUE INDEX invite_open ON invite (organization_id, lower(email)) WHERE ended_at IS NULL;
COMMENT ON COLUMN invite.token_hash IS 'SHA-256 of the link''s token; a new link replaces it';

CREATE TABLE join_request (
    id               bigint PRIMARY KEY,
    organization_id  bigint NOT NULL REFERENCES organization,
    user_id          bigint NOT NULL REFERENCES "user",
    created_at       timestamptz NOT NULL,
    decided_at       timestamptz,
    approved         boolean
);
CREATE UNIQUE INDEX join_request_open ON join_request (organization_id, user_id) WHERE decided_at IS NULL;
CREATE INDEX join_request_user ON join_request (user_id);
