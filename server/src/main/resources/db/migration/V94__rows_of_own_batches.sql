-- Whether a row belongs to a batch of the account: asked of that one batch. `batch IN (SELECT id FROM batch)` read all
-- batches of the account for each row that was added, so that an order cost more the more had been ordered before.
ALTER POLICY own_batch_progress ON batch_progress
    USING (EXISTS (SELECT FROM batch b WHERE b.id = batch_progress.batch));
ALTER POLICY own_batch_error_file ON batch_error_file
    USING (EXISTS (SELECT FROM batch b WHERE b.id = batch_error_file.batch));
ALTER POLICY own_chunk_plan ON chunk_plan
    USING (EXISTS (SELECT FROM batch b WHERE b.id = chunk_plan.batch));
ALTER POLICY own_chunk ON chunk
    USING (EXISTS (SELECT FROM batch b WHERE b.id = chunk.batch));
ALTER POLICY own_segment ON segment
    USING (EXISTS (SELECT FROM batch b WHERE b.id = segment.batch));
