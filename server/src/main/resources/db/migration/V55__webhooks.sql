-- Webhooks (S-13): where an account's programs hear of events, what happened, and what became of telling them. New tables
-- only: no lock on anything.

CREATE TABLE webhook_endpoint (
    id                bigint PRIMARY KEY,
    account_id        bigint NOT NULL REFERENCES account,
    maker             bigint NOT NULL REFERENCES "user",
    url               text NOT NULL,
    description       text NOT NULL,
    event_types       text[] NOT NULL,
    scope             text NOT NULL CHECK (scope IN ('account', 'own')),
    enabled           boolean NOT NULL DEFAULT true,
    disabled_because  text NOT NULL DEFAULT '',
    secret            bytea NOT NULL,
    previous_secret   bytea,
    previous_until    timestamptz,
    failing_since     timestamptz,
    warned            boolean NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL
);
CREATE INDEX webhook_endpoint_account ON webhook_endpoint (account_id, id);
COMMENT ON COLUMN webhook_endpoint.event_types IS 'empty for all';
COMMENT ON COLUMN webhook_endpoint.scope IS 'own: only what its maker did; account: what anybody did in the account';
COMMENT ON COLUMN webhook_endpoint.secret IS 'sealed; the one before signs too until previous_until';
COMMENT ON COLUMN webhook_endpoint.failing_since IS 'the first failure after the last success';
COMMENT ON COLUMN webhook_endpoint.warned IS 'whether a mail went out about it';

-- What is sent, as it is sent. Written in the transaction in which it happens, and only where an endpoint wants it.
CREATE TABLE webhook_event (
    id          bigint PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES account,
    type        text NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX webhook_event_age ON webhook_event (created_at);

-- An event on its way to an endpoint. Whoever raises the number of attempts has the lease, until due_at.
CREATE TABLE webhook_delivery (
    endpoint    bigint NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
    event       bigint NOT NULL REFERENCES webhook_event ON DELETE CASCADE,
    account_id  bigint NOT NULL,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed', 'cancelled')),
    attempts    integer NOT NULL DEFAULT 0,
    failures    integer NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (endpoint, event)
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (endpoint, due_at) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_event ON webhook_delivery (event);
COMMENT ON COLUMN webhook_delivery.failures IS 'in a row, by which the next pause is chosen; a redelivery begins anew';

CREATE TABLE webhook_attempt (
    endpoint    bigint NOT NULL,
    event       bigint NOT NULL,
    no          integer NOT NULL,
    account_id  bigint NOT NULL,
    at          timestamptz NOT NULL,
    millis      integer NOT NULL,
    status      integer,
    answer      text NOT NULL,
    problem     text NOT NULL,
    PRIMARY KEY (endpoint, event, no),
    FOREIGN KEY (endpoint, event) REFERENCES webhook_delivery ON DELETE CASCADE
);
CREATE INDEX webhook_attempt_account ON webhook_attempt (account_id, at);
COMMENT ON COLUMN webhook_attempt.status IS 'of the answer; absent where none came';
COMMENT ON COLUMN webhook_attempt.answer IS 'its first bytes, as text';

-- The second wall (S-09). Events come also from transactions of the login that row-level policies bind.
ALTER TABLE webhook_endpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_webhook_endpoint ON webhook_endpoint
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
ALTER TABLE webhook_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_webhook_event ON webhook_event
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_webhook_delivery ON webhook_delivery
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
ALTER TABLE webhook_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_webhook_attempt ON webhook_attempt
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoint TO ${app};
GRANT SELECT, INSERT ON webhook_event TO ${app};
GRANT SELECT, INSERT ON webhook_delivery TO ${app};
GRANT UPDATE (state, failures, due_at, ended_at) ON webhook_delivery TO ${app};
GRANT SELECT ON webhook_attempt TO ${app};
