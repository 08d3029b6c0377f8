-- Models that only administrators see: prepared, or being taken off the list. A column with a default: no rewrite, a
-- brief lock on model.

ALTER TABLE model ADD COLUMN hidden boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN model.hidden IS 'neither shown to customers nor callable by them, whatever its groups';

-- Signs of life of the nodes, for the page System. A new table: no lock on anything. Rows are written every few seconds
-- and are worth nothing after a crash of the database, so the table is not logged.

CREATE UNLOGGED TABLE node (
    id          bigint PRIMARY KEY,
    name        text NOT NULL,
    version     text NOT NULL,
    started_at  timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL DEFAULT now(),
    parts       text NOT NULL
);
COMMENT ON COLUMN node.seen_at IS 'by the clock of the database, which all nodes share';
COMMENT ON COLUMN node.parts IS 'JSON: what the node said of itself, section by section';
