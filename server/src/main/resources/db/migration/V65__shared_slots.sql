-- How many lines of a model all nodes together may run at once, and how many each of them has taken of that. New tables
-- only: no lock on anything. Written every few seconds by nodes that run lines, whatever the number of lines.

CREATE TABLE pool_limit (
    model         text PRIMARY KEY,
    lines         double precision NOT NULL,
    slow_start    boolean NOT NULL,
    resumes_at    timestamptz NOT NULL DEFAULT now(),
    told_at       timestamptz NOT NULL DEFAULT now(),
    busy          boolean NOT NULL DEFAULT false,
    scarce        boolean NOT NULL DEFAULT false,
    ended         double precision NOT NULL DEFAULT 0,
    tokens        double precision NOT NULL DEFAULT 0,
    seconds       double precision NOT NULL DEFAULT 0,
    full_ended    double precision NOT NULL DEFAULT 0,
    full_tokens   double precision NOT NULL DEFAULT 0,
    full_seconds  double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
COMMENT ON TABLE pool_limit IS 'what was learnt of the providers of a model; its row is the lock of its slots';
COMMENT ON COLUMN pool_limit.slow_start IS 'whether the provider has never been without room yet';
COMMENT ON COLUMN pool_limit.resumes_at IS 'until then the provider asked to be left alone';
COMMENT ON COLUMN pool_limit.busy IS 'whether any node had slots when one told last, and since';
COMMENT ON COLUMN pool_limit.scarce IS 'whether they wanted all of the limit, or more';
COMMENT ON COLUMN pool_limit.ended IS 'lines that ended on all nodes, lately; with their tokens and the seconds in which any ran';
COMMENT ON COLUMN pool_limit.full_ended IS 'the same of the time in which slots were scarce';

CREATE TABLE pool_slots (
    model        text NOT NULL,
    node         text NOT NULL,
    wanted       integer NOT NULL,
    spare        integer NOT NULL,
    held         integer NOT NULL,
    lease_until  timestamptz NOT NULL,
    PRIMARY KEY (model, node)
) WITH (fillfactor = 50);
COMMENT ON COLUMN pool_slots.wanted IS 'lines that run or could, but for those of the background tier';
COMMENT ON COLUMN pool_slots.spare IS 'those of the background tier';
COMMENT ON COLUMN pool_slots.held IS 'taken of the limit until the lease ends';
