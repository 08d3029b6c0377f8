-- A second factor beside the password: codes of an authenticator app, recovery codes, and sign-ins that wait for one.
-- New tables only: no lock on anything.

CREATE TABLE totp (
    user_id       bigint PRIMARY KEY REFERENCES "user",
    secret        bytea NOT NULL,
    confirmed_at  timestamptz,
    last_step     bigint NOT NULL,
    created_at    timestamptz NOT NULL
);
COMMENT ON COLUMN totp.secret IS 'sealed; the app and this know it';
COMMENT ON COLUMN totp.confirmed_at IS 'absent until the user proved to have it in an app; it is not asked for before';
COMMENT ON COLUMN totp.last_step IS 'the 30 seconds whose code was used last: it and those before are refused';

CREATE TABLE recovery_code (
    code_hash  bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
    user_id    bigint NOT NULL REFERENCES "user",
    used_at    timestamptz
);
CREATE INDEX recovery_code_user ON recovery_code (user_id);

CREATE TABLE half_sign_in (
    token_hash  bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    user_id     bigint NOT NULL REFERENCES "user",
    expires_at  timestamptz NOT NULL
);
CREATE INDEX half_sign_in_expiry ON half_sign_in (expires_at);
CREATE INDEX half_sign_in_user ON half_sign_in (user_id);
COMMENT ON TABLE half_sign_in IS 'Browsers that gave the right password and not yet the second factor';
