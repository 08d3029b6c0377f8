-- Batches: what was ordered, how far it is, its chunks and the segments of its results. New tables only: no lock on
-- anything but the catalogue.

-- What a batch is; changes only with its status.
CREATE TABLE batch (
    id                 bigint PRIMARY KEY,
    account_id         bigint NOT NULL REFERENCES account,
    key_id             text NOT NULL,
    family             bigint NOT NULL,
    member             bigint NOT NULL,
    input_file         bigint NOT NULL,
    endpoint           text NOT NULL,
    completion_window  text NOT NULL,
    tier               smallint NOT NULL,
    output_file        bigint NOT NULL,
    error_file         bigint NOT NULL,
    inline_errors      boolean NOT NULL DEFAULT false,
    metadata           jsonb,
    total              integer NOT NULL,
    status             smallint NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now(),
    in_progress_at     timestamptz,
    expires_at         timestamptz,
    finalizing_at      timestamptz,
    completed_at       timestamptz,
    failed_at          timestamptz,
    expired_at         timestamptz,
    cancelling_at      timestamptz,
    cancelled_at       timestamptz
);
CREATE INDEX batch_account ON batch (account_id, id);
CREATE INDEX batch_open ON batch (expires_at) WHERE status IN (0, 1, 2, 6);
COMMENT ON COLUMN batch.key_id IS 'public id of the key that made it, as which its lines run';
COMMENT ON COLUMN batch.tier IS 'as usage.tier';
COMMENT ON COLUMN batch.status IS
    '0 validating, 1 in_progress, 2 finalizing, 3 completed, 4 failed, 5 expired, 6 cancelling, 7 cancelled';

-- How far it is: one small update with each segment. Its row is the lock of the batch, taken in the order of ids.
CREATE TABLE batch_progress (
    batch        bigint PRIMARY KEY REFERENCES batch ON DELETE CASCADE,
    next_seq     integer NOT NULL DEFAULT 0,
    ok           integer NOT NULL DEFAULT 0,
    failed       integer NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Its error files: each holds the failures of the segments from its seq on to before that of the next.
CREATE TABLE batch_error_file (
    batch     bigint NOT NULL REFERENCES batch ON DELETE CASCADE,
    from_seq  integer NOT NULL,
    file      bigint NOT NULL,
    PRIMARY KEY (batch, from_seq, file)
);

-- What is planned: never changes.
CREATE TABLE chunk_plan (
    batch   bigint NOT NULL REFERENCES batch ON DELETE CASCADE,
    no      integer NOT NULL,
    model   text NOT NULL,
    tariff  bigint NOT NULL,
    prefix  integer NOT NULL,
    tokens  bigint NOT NULL,
    count   integer NOT NULL,
    lines   bytea NOT NULL,
    PRIMARY KEY (batch, no)
);
COMMENT ON COLUMN chunk_plan.lines IS 'positions in the file in the order in which they are begun, as runs of varints';

-- Who does it, and what is done.
CREATE TABLE chunk (
    batch        bigint NOT NULL REFERENCES batch ON DELETE CASCADE,
    no           integer NOT NULL,
    state        smallint NOT NULL DEFAULT 0,
    epoch        integer NOT NULL DEFAULT 0,
    owner        bigint NOT NULL DEFAULT 0,
    node         text NOT NULL DEFAULT '',
    lease_until  timestamptz,
    ok           integer NOT NULL DEFAULT 0,
    failed       integer NOT NULL DEFAULT 0,
    done         bytea NOT NULL,
    bad          bytea NOT NULL,
    PRIMARY KEY (batch, no)
) WITH (fillfactor = 50);
CREATE INDEX chunk_ready ON chunk (batch, no) WHERE state = 0;
CREATE INDEX chunk_leased ON chunk (node) WHERE state = 1;
COMMENT ON COLUMN chunk.state IS '0 ready, 1 leased, 2 done, 3 parked, 4 cancelled';
COMMENT ON COLUMN chunk.epoch IS 'grows with each lease; results of an older one are refused';
COMMENT ON COLUMN chunk.owner IS 'the start of a server that has the lease, or had it when the chunk was done';
COMMENT ON COLUMN chunk.done IS 'a bit for each line that has a recorded result; bad: those of them that failed';

-- A run of results of one chunk: in its blob first the good lines, then the failed ones, then the position of each in
-- the file (four bytes, big-endian).
CREATE TABLE segment (
    batch         bigint NOT NULL REFERENCES batch ON DELETE CASCADE,
    seq           integer NOT NULL,
    chunk         integer NOT NULL,
    epoch         integer NOT NULL,
    blob          text NOT NULL,
    at            bigint NOT NULL,
    ok            integer NOT NULL,
    failed        integer NOT NULL,
    ok_bytes      integer NOT NULL,
    failed_bytes  integer NOT NULL,
    crc           integer NOT NULL,
    PRIMARY KEY (batch, seq)
);
CREATE INDEX segment_blob ON segment (blob);
COMMENT ON COLUMN segment.crc IS 'CRC-32C of the whole run';

-- The second wall (S-09).
ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_batch ON batch
    USING (account_id = nullif(current_setting('dw.account', true), '')::bigint);
ALTER TABLE batch_progress ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_batch_progress ON batch_progress USING (batch IN (SELECT id FROM batch));
ALTER TABLE batch_error_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_batch_error_file ON batch_error_file USING (batch IN (SELECT id FROM batch));
ALTER TABLE chunk_plan ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_chunk_plan ON chunk_plan USING (batch IN (SELECT id FROM batch));
ALTER TABLE chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_chunk ON chunk USING (batch IN (SELECT id FROM batch));
ALTER TABLE segment ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_segment ON segment USING (batch IN (SELECT id FROM batch));

GRANT SELECT, INSERT ON batch, batch_progress, batch_error_file, chunk_plan, chunk TO ${app};
GRANT SELECT ON segment TO ${app};
