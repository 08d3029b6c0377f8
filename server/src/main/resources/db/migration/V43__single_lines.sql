-- Requests that come singly and run later. Many are packed into a batch of their own kind, one without an input file,
-- with one chunk, whose requests lie in a blob named by the batch. Columns without a default and new tables only: the
-- locks are held for an instant. The index of listed batches is built while `batch` takes no writes: a row for each
-- batch, so for seconds at most.

CREATE TABLE single_line (
    id       bigint PRIMARY KEY,
    account  bigint NOT NULL,
    batch    bigint NOT NULL REFERENCES batch ON DELETE CASCADE,
    place    smallint NOT NULL
);
-- What is left of a pack; and the cascade.
CREATE INDEX single_line_batch ON single_line (batch);
COMMENT ON COLUMN single_line.id IS 'chosen by who submitted it';
COMMENT ON COLUMN single_line.place IS 'in the one chunk of its pack';

ALTER TABLE single_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_single_line ON single_line
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT ON single_line TO ${app};

ALTER TABLE chunk ADD COLUMN withdrawn bytea;
COMMENT ON COLUMN chunk.withdrawn IS 'a bit for each line that was cancelled by itself; they count as done and bad too';
ALTER TABLE segment ADD COLUMN places bytea;
COMMENT ON COLUMN segment.places IS 'a bit for each line of the chunk that has its result here; absent in old rows';

-- Lists show no packs, and must not walk past them.
CREATE INDEX batch_listed ON batch (account_id, id) WHERE input_file <> 0;
DROP INDEX batch_account;
CREATE INDEX batch_packs ON batch (id) WHERE input_file = 0;
COMMENT ON COLUMN batch.input_file IS 'its requests; 0 for a pack of single lines';
