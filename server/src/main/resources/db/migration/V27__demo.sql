-- Which accounts, users and models hold made-up data, so that it is marked and can be removed whole. A new table: no
-- lock on anything.
CREATE TABLE demo (
    only_one       boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    accounts       bigint[] NOT NULL DEFAULT '{}',
    users          bigint[] NOT NULL DEFAULT '{}',
    organizations  bigint[] NOT NULL DEFAULT '{}',
    models         bigint[] NOT NULL DEFAULT '{}',
    started_at     timestamptz NOT NULL,
    filled_at      timestamptz
);
COMMENT ON TABLE demo IS 'One row while there is demo data';
