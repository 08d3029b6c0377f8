-- Mails and what hangs on them: the outbox, links that prove an address, and requests by people who are not signed in.
-- One column without default (a moment's ACCESS EXCLUSIVE lock on a small table), else new tables.

CREATE TABLE mail (
    id          bigint PRIMARY KEY,
    kind        text NOT NULL,
    topic       text NOT NULL,
    recipient   text NOT NULL,
    subject     text NOT NULL,
    body        text NOT NULL,
    link_label  text NOT NULL,
    link_path   text NOT NULL,
    link_token  bytea,
    link_ends   timestamptz,
    state       text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'kept')),
    attempts    integer NOT NULL DEFAULT 0,
    problem     text NOT NULL DEFAULT '',
    due_at      timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    ended_at    timestamptz
);
CREATE INDEX mail_due ON mail (due_at) WHERE state = 'waiting';
CREATE INDEX mail_ended ON mail (ended_at);
CREATE INDEX mail_recipient ON mail (lower(recipient));
COMMENT ON COLUMN mail.topic IS 'what it is about, by its id as users see it: an invite, a user';
COMMENT ON COLUMN mail.link_token IS 'sealed until the mail is sent, then forgotten';
COMMENT ON COLUMN mail.state IS 'kept: there was no mail server to send it';

ALTER TABLE "user" ADD COLUMN verified_at timestamptz;
COMMENT ON COLUMN "user".verified_at IS 'when the user proved to read mails to the address; absent for one that nobody proved';

CREATE TABLE address_link (
    token_hash  bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    purpose     text NOT NULL CHECK (purpose IN ('reset', 'verify', 'register')),
    user_id     bigint REFERENCES "user",
    email       text NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz
);
CREATE INDEX address_link_user ON address_link (user_id);
CREATE INDEX address_link_expiry ON address_link (expires_at);
COMMENT ON TABLE address_link IS 'Single-use links that only go out by mail: who holds one reads mails to the address';

CREATE TABLE address_request (
    id          bigint PRIMARY KEY,
    purpose     text NOT NULL CHECK (purpose IN ('reset', 'register')),
    email       text NOT NULL,
    created_at  timestamptz NOT NULL
);
COMMENT ON TABLE address_request IS
    'What somebody asked for an address; answered apart, so that the time to ask tells nothing about the address';
