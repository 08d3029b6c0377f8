-- What is left of batches when their results are gone. A column without default (a moment's ACCESS EXCLUSIVE lock), and
-- indexes of tables that are small (a SHARE lock while each is built).

ALTER TABLE batch ADD COLUMN results_gone_at timestamptz;
COMMENT ON COLUMN batch.results_gone_at IS 'when its segments and chunks were forgotten, all files of its being deleted';
CREATE INDEX batch_gone ON batch (results_gone_at) WHERE results_gone_at IS NOT NULL;
CREATE INDEX file_batch ON file (batch) WHERE batch IS NOT NULL;
CREATE INDEX file_gone ON file (purged_at) WHERE purged_at IS NOT NULL;
CREATE INDEX upload_file ON upload (file) WHERE file IS NOT NULL;
