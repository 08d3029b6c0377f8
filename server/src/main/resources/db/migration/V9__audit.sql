-- The audit log (S-16): rows that are added and never changed, chained by a keyed hash. New tables and functions only.

CREATE TABLE audit_event (
    seq         bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    kind        text NOT NULL,
    actor       bigint NOT NULL,
    credential  text NOT NULL,
    client      text NOT NULL,
    request     text NOT NULL,
    account_id  bigint NOT NULL,
    subject     text NOT NULL,
    was         text NOT NULL,
    became      text NOT NULL,
    hash        bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX audit_event_account ON audit_event (account_id, seq);
COMMENT ON COLUMN audit_event.seq IS 'without gaps: a missing number is a deleted row';
COMMENT ON COLUMN audit_event.actor IS 'user id; 0 for the program itself';
COMMENT ON COLUMN audit_event.account_id IS 'whose event it is; 0 for the platform''s';
COMMENT ON COLUMN audit_event.hash IS 'HMAC-SHA-256, under a key of the master key, of this row and the hash before';

CREATE TABLE audit_head (
    only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    seq       bigint NOT NULL,
    hash      bytea NOT NULL
);
INSERT INTO audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE TABLE audit_checkpoint (
    seq        bigint PRIMARY KEY,
    hash       bytea NOT NULL,
    taken_at   timestamptz NOT NULL,
    signature  text NOT NULL
);
COMMENT ON COLUMN audit_checkpoint.signature IS 'Ed25519 over seq, hash and time; also written to the server''s log';

CREATE FUNCTION audit_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit rows are never changed or deleted';
END $$;
CREATE TRIGGER audit_event_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_final();
CREATE TRIGGER audit_checkpoint_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_final();

-- The login that row-level policies bind reaches the log through these two alone: it adds, in order, and does nothing
-- else.
CREATE FUNCTION audit_lock() RETURNS TABLE (seq bigint, hash bytea) LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT head.seq, head.hash FROM public.audit_head head FOR UPDATE
$$;

CREATE FUNCTION audit_append(row_of jsonb, row_hash bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    appended public.audit_event := jsonb_populate_record(NULL::public.audit_event, row_of);
BEGIN
    appended.hash := row_hash;
    UPDATE public.audit_head head SET seq = appended.seq, hash = row_hash WHERE head.seq = appended.seq - 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'audit rows follow each other without gaps';
    END IF;
    INSERT INTO public.audit_event SELECT appended.*;
END $$;

REVOKE EXECUTE ON FUNCTION audit_lock(), audit_append(jsonb, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_lock(), audit_append(jsonb, bytea) TO ${app};
