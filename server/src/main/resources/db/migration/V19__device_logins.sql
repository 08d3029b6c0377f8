-- Programs on a device that ask to be let in (RFC 8628). A new table only.

CREATE TABLE device_login (
    id            bigint PRIMARY KEY,
    device_hash   bytea NOT NULL UNIQUE CHECK (octet_length(device_hash) = 32),
    code_hash     bytea NOT NULL UNIQUE CHECK (octet_length(code_hash) = 32),
    device        text NOT NULL,
    address       text NOT NULL,
    pause         integer NOT NULL CHECK (pause > 0),
    polled_at     timestamptz,
    decided_at    timestamptz,
    approved      boolean,
    user_id       bigint REFERENCES "user",
    account_id    bigint REFERENCES account,
    collected_at  timestamptz,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX device_login_expiry ON device_login (expires_at);
COMMENT ON COLUMN device_login.device_hash IS 'SHA-256 of the code that the program holds; code_hash of the one that the user types';
COMMENT ON COLUMN device_login.pause IS 'seconds that the program must wait between two questions';
COMMENT ON COLUMN device_login.collected_at IS 'when the keys were made and handed out, once';
