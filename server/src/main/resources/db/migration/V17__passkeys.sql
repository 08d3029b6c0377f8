-- Passkeys, and the challenges that using one answers. New tables only: no lock on anything.

CREATE TABLE passkey (
    id             bigint PRIMARY KEY,
    user_id        bigint NOT NULL REFERENCES "user",
    credential_id  bytea NOT NULL UNIQUE,
    credential     bytea NOT NULL,
    sign_count     bigint NOT NULL,
    eligible       boolean NOT NULL,
    backed_up      boolean NOT NULL,
    name           text NOT NULL,
    created_at     timestamptz NOT NULL,
    used_at        timestamptz
);
CREATE INDEX passkey_user ON passkey (user_id);
COMMENT ON COLUMN passkey.credential IS 'the public key, as the authenticator described it; nothing here is secret';
COMMENT ON COLUMN passkey.sign_count IS 'of authenticators that count: one that does not go up was copied';
COMMENT ON COLUMN passkey.eligible IS 'whether its maker may synchronize it to other devices; backed_up: does so';

CREATE TABLE passkey_challenge (
    challenge   bytea PRIMARY KEY CHECK (octet_length(challenge) = 32),
    user_id     bigint REFERENCES "user",
    expires_at  timestamptz NOT NULL
);
CREATE INDEX passkey_challenge_expiry ON passkey_challenge (expires_at);
COMMENT ON COLUMN passkey_challenge.user_id IS 'who adds a passkey; absent for signing in';
