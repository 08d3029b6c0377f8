-- What pages of batches show: pausing, and what a batch came to so far, kept beside its counts in the row that each
-- recording changes anyway. Adding a column takes a lock for an instant; the sums of batches that are there already
-- are read from usage once.
ALTER TABLE batch ADD COLUMN paused_at timestamptz;
COMMENT ON COLUMN batch.paused_at IS 'since when no chunk of it is given out; its window goes on';

ALTER TABLE batch_progress
    ADD COLUMN cost bigint NOT NULL DEFAULT 0,
    ADD COLUMN input bigint NOT NULL DEFAULT 0,
    ADD COLUMN output bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN batch_progress.cost IS 'nano-dollars; input and output are tokens';
UPDATE batch_progress p SET cost = used.cost, input = used.input, output = used.output
FROM (SELECT batch, coalesce(sum(cost), 0) AS cost,
          coalesce(sum(coalesce(input, 0) + coalesce(cache_read, 0) + coalesce(cache_write_5m, 0)
              + coalesce(cache_write_1h, 0) + coalesce(audio_input, 0)), 0) AS input,
          coalesce(sum(coalesce(output, 0) + coalesce(reasoning, 0) + coalesce(audio_output, 0)), 0) AS output
      FROM usage WHERE batch IS NOT NULL GROUP BY batch) AS used
WHERE p.batch = used.batch;

-- The batches of an account that have not ended.
CREATE INDEX batch_account_open ON batch (account_id) WHERE status IN (0, 1, 2, 6);
