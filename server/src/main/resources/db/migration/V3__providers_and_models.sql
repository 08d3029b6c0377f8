-- Providers, models, where models run, what they cost. New tables only: no lock on anything.
-- The catalogue belongs to the platform, not to an account, so it carries no row-level policy.

CREATE TABLE provider (
    id                     bigint PRIMARY KEY,
    name                   text NOT NULL,
    kind                   text NOT NULL CHECK (kind IN ('openai-compatible', 'local-embedding', 'simulator')),
    base_url               text NOT NULL DEFAULT '',
    api_key                bytea,
    api_key_source         text NOT NULL DEFAULT '',
    headers                bytea,
    connect_timeout_ms     integer NOT NULL CHECK (connect_timeout_ms > 0),
    first_byte_timeout_ms  integer NOT NULL CHECK (first_byte_timeout_ms > 0),
    idle_timeout_ms        integer NOT NULL CHECK (idle_timeout_ms > 0),
    total_timeout_ms       integer NOT NULL CHECK (total_timeout_ms > 0),
    takes_service_tier     boolean NOT NULL,
    takes_stream_usage     boolean NOT NULL,
    takes_base64           boolean NOT NULL,
    concurrency            integer NOT NULL DEFAULT 0 CHECK (concurrency >= 0),
    health_path            text NOT NULL,
    health_interval_ms     integer NOT NULL DEFAULT 0 CHECK (health_interval_ms >= 0),
    created_at             timestamptz NOT NULL DEFAULT now(),
    deleted_at             timestamptz
);
CREATE UNIQUE INDEX provider_name ON provider (name) WHERE deleted_at IS NULL;
COMMENT ON TABLE provider IS 'Upstreams that serve models; a deleted one stays, for the request log names its targets';
COMMENT ON COLUMN provider.api_key IS 'Sealed (S-08), as headers are: a JSON object of name and value';
COMMENT ON COLUMN provider.api_key_source IS 'Where configuration as code takes the key from: env:NAME, file:PATH, or empty';
COMMENT ON COLUMN provider.concurrency IS 'Requests under way at once per target; 0 is unlimited';
COMMENT ON COLUMN provider.health_interval_ms IS '0 checks only targets that failed';

CREATE TABLE model (
    id              bigint PRIMARY KEY,
    uuid            uuid NOT NULL UNIQUE,
    name            text NOT NULL,
    type            text NOT NULL CHECK (type IN ('chat', 'embedding', 'rerank')),
    description     text NOT NULL DEFAULT '',
    capabilities    text[] NOT NULL DEFAULT '{}',
    context_length  integer NOT NULL DEFAULT 0 CHECK (context_length >= 0),
    max_output      integer NOT NULL DEFAULT 0 CHECK (max_output >= 0),
    rpm             integer NOT NULL DEFAULT 0 CHECK (rpm >= 0),
    tpm             bigint NOT NULL DEFAULT 0 CHECK (tpm >= 0),
    concurrent      integer NOT NULL DEFAULT 0 CHECK (concurrent >= 0),
    tiers           text[] NOT NULL,
    policy          text NOT NULL CHECK (policy IN ('weighted', 'priority')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    deleted_at      timestamptz
);
CREATE UNIQUE INDEX model_name ON model (name) WHERE deleted_at IS NULL;
COMMENT ON TABLE model IS 'What customers name in "model"; a deleted one stays, for usage names it';
COMMENT ON COLUMN model.rpm IS 'over all of its callers; 0 is unlimited, as for tpm and concurrent';

CREATE TABLE model_group (
    model_id  bigint NOT NULL REFERENCES model,
    group_id  bigint NOT NULL REFERENCES access_group ON DELETE CASCADE,
    PRIMARY KEY (model_id, group_id)
);
CREATE INDEX model_group_group ON model_group (group_id);
COMMENT ON TABLE model_group IS 'Who may see a model; one without a row here is open to everyone';

CREATE TABLE target (
    id              bigint PRIMARY KEY,
    model_id        bigint NOT NULL REFERENCES model,
    provider_id     bigint NOT NULL REFERENCES provider,
    upstream_model  text NOT NULL,
    weight          integer NOT NULL CHECK (weight BETWEEN 1 AND 1000000),
    priority        integer NOT NULL CHECK (priority >= 0),
    concurrency     integer NOT NULL DEFAULT 0 CHECK (concurrency >= 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    deleted_at      timestamptz,
    UNIQUE (model_id, provider_id, upstream_model)
);
CREATE INDEX target_provider ON target (provider_id);
COMMENT ON COLUMN target.concurrency IS '0 takes the provider''s';

CREATE TABLE tariff (
    id              bigint PRIMARY KEY,
    model_id        bigint NOT NULL REFERENCES model,
    tier            text NOT NULL CHECK (tier IN ('realtime', 'flex', 'batch', 'background')),
    batch_window    text NOT NULL DEFAULT '',
    input           bigint NOT NULL CHECK (input >= 0),
    cache_read      bigint NOT NULL CHECK (cache_read >= 0),
    cache_write_5m  bigint NOT NULL CHECK (cache_write_5m >= 0),
    cache_write_1h  bigint NOT NULL CHECK (cache_write_1h >= 0),
    output          bigint NOT NULL CHECK (output >= 0),
    reasoning       bigint NOT NULL CHECK (reasoning >= 0),
    audio_input     bigint NOT NULL CHECK (audio_input >= 0),
    audio_output    bigint NOT NULL CHECK (audio_output >= 0),
    images          bigint NOT NULL CHECK (images >= 0),
    derived         boolean NOT NULL,
    valid_from      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((tier = 'batch') = (batch_window <> ''))
);
CREATE INDEX tariff_model ON tariff (model_id, tier, batch_window, valid_from DESC, id DESC);
COMMENT ON TABLE tariff IS 'Versions of prices, nano-dollars per million tokens; of two valid from the same time the later id counts';
COMMENT ON COLUMN tariff.derived IS 'Whether a factor filled it in from the realtime price';

CREATE FUNCTION tariff_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a tariff is never changed: add a new version';
END $$;
CREATE TRIGGER tariff_append_only BEFORE UPDATE OR DELETE ON tariff
    FOR EACH STATEMENT EXECUTE FUNCTION tariff_is_append_only();

-- What changed, for every node's routing table. The lock makes ids commit in order, so that a reader who has seen one
-- has seen all before it; changes of the catalogue are rare and short.
CREATE TABLE routing_change (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id     bigint,
    provider_id  bigint,
    changed_at   timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION routing_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed jsonb := to_jsonb(coalesce(NEW, OLD));
BEGIN
    PERFORM pg_advisory_xact_lock(4201, 3);
    IF TG_TABLE_NAME = 'provider' THEN
        INSERT INTO routing_change (provider_id) VALUES ((changed ->> 'id')::bigint);
    ELSIF TG_TABLE_NAME = 'model' THEN
        INSERT INTO routing_change (model_id) VALUES ((changed ->> 'id')::bigint);
    ELSE
        INSERT INTO routing_change (model_id) VALUES ((changed ->> 'model_id')::bigint);
    END IF;
    PERFORM pg_notify('routing', '');
    RETURN NULL;
END $$;
CREATE TRIGGER provider_routing AFTER INSERT OR UPDATE OR DELETE ON provider
    FOR EACH ROW EXECUTE FUNCTION routing_changed();
CREATE TRIGGER model_routing AFTER INSERT OR UPDATE OR DELETE ON model
    FOR EACH ROW EXECUTE FUNCTION routing_changed();
CREATE TRIGGER model_group_routing AFTER INSERT OR UPDATE OR DELETE ON model_group
    FOR EACH ROW EXECUTE FUNCTION routing_changed();
CREATE TRIGGER target_routing AFTER INSERT OR UPDATE OR DELETE ON target
    FOR EACH ROW EXECUTE FUNCTION routing_changed();
CREATE TRIGGER tariff_routing AFTER INSERT ON tariff
    FOR EACH ROW EXECUTE FUNCTION routing_changed();

GRANT SELECT ON model, tariff TO ${app};
