-- Users' identities at other issuers, and sign-ins under way there. New tables only.

CREATE TABLE identity (
    issuer      text NOT NULL,
    subject     text NOT NULL,
    user_id     bigint NOT NULL REFERENCES "user",
    email       text NOT NULL,
    created_at  timestamptz NOT NULL,
    used_at     timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_user ON identity (user_id);
COMMENT ON COLUMN identity.email IS 'as the issuer said it when the identity was linked';

CREATE TABLE oidc_attempt (
    state_hash  bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
    issuer      text NOT NULL,
    path        text NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX oidc_attempt_expiry ON oidc_attempt (expires_at);
COMMENT ON TABLE oidc_attempt IS 'State, nonce and verifier follow from a cookie, which is nowhere; each row is used once';
COMMENT ON COLUMN oidc_attempt.issuer IS 'the name of the issuer in the configuration';
COMMENT ON COLUMN oidc_attempt.path IS 'where to go after signing in';
