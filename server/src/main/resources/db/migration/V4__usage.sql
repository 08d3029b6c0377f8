-- The request log, its rollups, and how far each journal file is drained. New tables only: no lock on anything but
-- the catalogue, of which the names are opened to readers.

-- One row per request. 0 of an optional number is stored as NULL, which costs a bit instead of eight bytes and a tree
-- of them. No primary key: ids are time-ordered, and the drain is exactly-once by position.
CREATE TABLE usage (
    time            timestamptz NOT NULL,
    id              bigint NOT NULL,
    account         bigint NOT NULL,
    family          bigint NOT NULL,
    member          bigint NOT NULL,
    model           bigint,
    target          bigint,
    tariff          bigint,
    hold            bigint,
    batch           bigint,
    input           bigint,
    cache_read      bigint,
    cache_write_5m  bigint,
    cache_write_1h  bigint,
    output          bigint,
    reasoning       bigint,
    audio_input     bigint,
    audio_output    bigint,
    images          bigint,
    cost            bigint,
    queue_us        bigint,
    first_token_us  bigint,
    total_us        bigint,
    line            integer,
    count           integer NOT NULL,
    status          smallint NOT NULL,
    tier            smallint NOT NULL,
    cause           smallint NOT NULL,
    stream          boolean NOT NULL,
    estimated       boolean NOT NULL,
    endpoint        text NOT NULL,
    key_id          text NOT NULL,
    error_code      text,
    attempts        jsonb
) PARTITION BY RANGE (time);
CREATE INDEX usage_time ON usage USING brin (time);
CREATE INDEX usage_account_time ON usage (account, time);
CREATE INDEX usage_account_time_failed ON usage (account, time) WHERE status >= 400;
COMMENT ON COLUMN usage.time IS 'of arrival, the millisecond within the id';
COMMENT ON COLUMN usage.tier IS 'in the order of the tiers in the API: 0 realtime, 1 flex, 2 batch, 3 background';
COMMENT ON COLUMN usage.cause IS '0 completed, 1 incomplete, 2 failed, 3 client_gone, 4 upstream_cut, 5 refused';
COMMENT ON COLUMN usage.cost IS 'nano-dollars';
COMMENT ON COLUMN usage.count IS 'requests that the row stands for: 1, but for refusals folded by key and second';
COMMENT ON COLUMN usage.attempts IS 'all tries but the last, whose tokens the operator bears';

-- What dashboards read. Half-empty pages let every update stay in its page, without touching the index.
CREATE TABLE rollup_hour (
    hour            timestamptz NOT NULL,
    account         bigint NOT NULL,
    family          bigint NOT NULL,
    member          bigint NOT NULL,
    model           bigint NOT NULL,
    tier            smallint NOT NULL,
    requests        bigint NOT NULL,
    failed          bigint NOT NULL,
    refused         bigint NOT NULL,
    estimated       bigint NOT NULL,
    input           bigint NOT NULL,
    cache_read      bigint NOT NULL,
    cache_write_5m  bigint NOT NULL,
    cache_write_1h  bigint NOT NULL,
    output          bigint NOT NULL,
    reasoning       bigint NOT NULL,
    audio_input     bigint NOT NULL,
    audio_output    bigint NOT NULL,
    images          bigint NOT NULL,
    cost            numeric(30) NOT NULL,
    PRIMARY KEY (account, hour, family, member, model, tier)
) WITH (fillfactor = 50);
COMMENT ON COLUMN rollup_hour.model IS '0 for requests that were refused before their model was known';
COMMENT ON COLUMN rollup_hour.requests IS 'all of them; failed (status 400 and above but not refused) and refused are parts';

CREATE TABLE rollup_target_hour (
    hour         timestamptz NOT NULL,
    model        bigint NOT NULL,
    target       bigint NOT NULL,
    tier         smallint NOT NULL,
    requests     bigint NOT NULL,
    statuses     jsonb NOT NULL,
    causes       bigint[] NOT NULL,
    first_token  bigint[] NOT NULL,
    total        bigint[] NOT NULL,
    PRIMARY KEY (model, target, tier, hour)
) WITH (fillfactor = 50);
COMMENT ON COLUMN rollup_target_hour.statuses IS 'requests by HTTP status';
COMMENT ON COLUMN rollup_target_hour.causes IS 'requests by cause, in the order of usage.cause';
COMMENT ON COLUMN rollup_target_hour.first_token IS
    'requests by time: below 256 us, then four buckets to each doubling; total likewise';

-- How far each journal file has been drained. The row is the lock of its file, and outlives it, so that a file that
-- comes back is not counted again.
CREATE TABLE journal_file (
    id          text PRIMARY KEY,
    position    bigint NOT NULL DEFAULT 0,
    drained_at  timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Adds histograms and counts element by element.
CREATE FUNCTION add_counts(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY place)
    FROM unnest(a, b) WITH ORDINALITY AS pair (x, y, place)
$$;

-- Adds counts by name.
CREATE FUNCTION add_counts(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(name, amount)
    FROM (SELECT name, sum(amount::bigint) AS amount
          FROM (SELECT * FROM jsonb_each_text(a) UNION ALL SELECT * FROM jsonb_each_text(b)) AS each (name, amount)
          GROUP BY name) AS summed
$$;

-- The second wall (S-09). Nobody but the owner reads a partition past its parent, or what spans accounts.
ALTER TABLE usage ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_usage ON usage
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
ALTER TABLE rollup_hour ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rollup_hour ON rollup_hour
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);

GRANT SELECT ON usage, rollup_hour TO ${app};
GRANT SELECT (id, provider_id, upstream_model) ON target TO ${app};
GRANT SELECT (id, name) ON provider TO ${app};
