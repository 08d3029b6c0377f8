-- How a reader on one node hears what a background response says that runs on another: who asked for it, and what was
-- said since that is not taken yet. Rows live for seconds, only while somebody reads, and are worth nothing after a crash
-- of the database, so neither table is logged. New tables: no lock on anything. No grants: parts hold what models answer.

CREATE UNLOGGED TABLE live_reader (
    node        bigint NOT NULL,
    response    bigint NOT NULL,
    asked       bigint NOT NULL,
    asks_until  timestamptz NOT NULL,
    PRIMARY KEY (node, response)
);
CREATE INDEX live_reader_response ON live_reader (response);
COMMENT ON COLUMN live_reader.node IS 'the start of a server on which somebody reads';
COMMENT ON COLUMN live_reader.asked IS 'another number asks for all from the first event on';

CREATE UNLOGGED TABLE live_part (
    node      bigint NOT NULL,
    response  bigint NOT NULL,
    asked     bigint NOT NULL,
    run       bigint NOT NULL,
    at        integer NOT NULL,
    said      bytea NOT NULL
);
CREATE INDEX live_part_node ON live_part (node);
COMMENT ON COLUMN live_part.run IS 'the number of its first event; a later run has a greater one';
COMMENT ON COLUMN live_part.at IS 'how many bytes of the log of the run come before';
