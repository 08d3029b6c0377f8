-- API keys and the feed of their changes. New tables, and triggers on three small ones of V1 (a moment's SHARE ROW
-- EXCLUSIVE lock each).

CREATE TABLE pepper (
    id          integer PRIMARY KEY CHECK (id > 0),
    state       text NOT NULL CHECK (state IN ('current', 'accepted')),
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX pepper_current ON pepper (state) WHERE state = 'current';
COMMENT ON TABLE pepper IS 'Which peppers exist; their values derive from the master key and are never stored';
INSERT INTO pepper (id, state) VALUES (1, 'current');

CREATE TABLE api_key (
    id               text PRIMARY KEY CHECK (length(id) = 12),
    family           bigint NOT NULL,
    account_id       bigint NOT NULL REFERENCES account,
    created_by       bigint NOT NULL REFERENCES "user",
    type             text NOT NULL CHECK (type IN ('inference', 'platform')),
    name             text NOT NULL,
    description      text NOT NULL DEFAULT '',
    pepper_id        integer NOT NULL REFERENCES pepper,
    hmac             bytea NOT NULL CHECK (octet_length(hmac) = 32),
    endpoints        text[] NOT NULL DEFAULT '{}',
    models           text[] NOT NULL DEFAULT '{}',
    tiers            text[] NOT NULL DEFAULT '{}',
    addresses        text[] NOT NULL DEFAULT '{}',
    rights           text[] NOT NULL DEFAULT '{}',
    rpm              integer NOT NULL DEFAULT 0 CHECK (rpm >= 0),
    tpm              bigint NOT NULL DEFAULT 0 CHECK (tpm >= 0),
    concurrent       integer NOT NULL DEFAULT 0 CHECK (concurrent >= 0),
    cut_streams      boolean NOT NULL DEFAULT false,
    labels           jsonb NOT NULL DEFAULT '{}',
    expires_at       timestamptz,
    rotated_from     text REFERENCES api_key,
    retires_at       timestamptz,
    revoked_at       timestamptz,
    revoked_because  text NOT NULL DEFAULT '',
    deleted_at       timestamptz,
    last_used_at     timestamptz,
    last_used_from   text NOT NULL DEFAULT '',
    last_used_model  text NOT NULL DEFAULT '',
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_key_account ON api_key (account_id, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX api_key_family ON api_key (family);
CREATE INDEX api_key_maker ON api_key (created_by);
COMMENT ON COLUMN api_key.hmac IS 'HMAC-SHA-256 of the secret under the pepper; the secret itself is nowhere';
COMMENT ON COLUMN api_key.family IS 'kept by rotation: limits, caps and usage count by it';
COMMENT ON COLUMN api_key.retires_at IS 'end of the overlap after a rotation, when only the newer key works';

ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON api_key
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);

-- What the rings of all nodes must read again. Written by triggers, so that no way of changing a row, by hand included,
-- can forget it. Readers go by xid, not by id: a lower id may commit after a higher one.
CREATE TABLE key_change (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind        text NOT NULL CHECK (kind IN ('key', 'account', 'user')),
    subject     text NOT NULL,
    changed_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX key_change_xid ON key_change (xid);
CREATE INDEX key_change_time ON key_change USING brin (changed_at);

CREATE FUNCTION api_key_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

CREATE FUNCTION key_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    changed jsonb := to_jsonb(coalesce(NEW, OLD));
BEGIN
    INSERT INTO public.key_change (kind, subject) VALUES (TG_ARGV[0], changed ->> TG_ARGV[1]);
    PERFORM pg_notify('key_change', '');
    RETURN NULL;
END $$;

-- Of every column but last_used_…, which nobody needs to hear of.
CREATE TRIGGER api_key_version BEFORE UPDATE OF family, account_id, created_by, type, name, description, pepper_id,
    hmac, endpoints, models, tiers, addresses, rights, rpm, tpm, concurrent, cut_streams, labels, expires_at,
    retires_at, revoked_at, deleted_at ON api_key
    FOR EACH ROW EXECUTE FUNCTION api_key_version();
CREATE TRIGGER api_key_changed AFTER INSERT OR DELETE OR UPDATE OF family, account_id, created_by, type, pepper_id,
    hmac, endpoints, models, tiers, addresses, rights, rpm, tpm, concurrent, cut_streams, expires_at,
    retires_at, revoked_at, deleted_at ON api_key
    FOR EACH ROW EXECUTE FUNCTION key_changed('key', 'id');
CREATE TRIGGER account_changed AFTER UPDATE OF rpm, tpm, concurrent ON account
    FOR EACH ROW EXECUTE FUNCTION key_changed('account', 'id');
CREATE TRIGGER account_groups_changed AFTER INSERT OR DELETE ON access_group_account
    FOR EACH ROW EXECUTE FUNCTION key_changed('account', 'account_id');
CREATE TRIGGER user_changed AFTER UPDATE OF disabled_at ON "user"
    FOR EACH ROW EXECUTE FUNCTION key_changed('user', 'id');

GRANT SELECT (id, family, account_id, created_by, type, name, description, pepper_id, endpoints, models, tiers,
    addresses, rights, rpm, tpm, concurrent, cut_streams, labels, expires_at, rotated_from, retires_at, revoked_at,
    revoked_because, deleted_at, last_used_at, last_used_from, last_used_model, version, created_at)
    ON api_key TO ${app};
GRANT INSERT ON api_key TO ${app};
GRANT UPDATE (name, description, endpoints, models, tiers, addresses, rights, rpm, tpm, concurrent, cut_streams,
    labels, expires_at, retires_at, revoked_at, revoked_because, deleted_at) ON api_key TO ${app};
GRANT SELECT ON pepper TO ${app};
