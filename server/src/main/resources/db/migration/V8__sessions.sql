-- Signed-in browsers, and what slows guessing down. New tables only: no lock on anything.

CREATE TABLE session (
    id          bigint PRIMARY KEY,
    token_hash  bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    user_id     bigint NOT NULL REFERENCES "user",
    method      text NOT NULL,
    device      text NOT NULL,
    address     text NOT NULL,
    created_at  timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_expiry ON session (expires_at);
CREATE INDEX session_by_use ON session (seen_at);
COMMENT ON COLUMN session.token_hash IS 'SHA-256 of the cookie; the cookie itself is nowhere';

CREATE TABLE sign_in_throttle (
    subject        bytea PRIMARY KEY,
    attempts       integer NOT NULL,
    last_at        timestamptz NOT NULL,
    blocked_until  timestamptz NOT NULL
);
CREATE INDEX sign_in_throttle_last ON sign_in_throttle (last_at);
COMMENT ON COLUMN sign_in_throttle.subject IS 'SHA-256 of "account:" and an address in lower case, or of "client:" and a network address';
