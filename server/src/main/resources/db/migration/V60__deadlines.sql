-- How sure the deadline of a batch was when it was ordered. Adding columns with a constant default takes a lock for an
-- instant; what is there already stays estimated.
ALTER TABLE batch
    ADD COLUMN deadline smallint NOT NULL DEFAULT 0,
    ADD COLUMN earliest_window text;
COMMENT ON COLUMN batch.deadline IS '0 estimated, 1 promised, 2 at risk';
COMMENT ON COLUMN batch.earliest_window IS 'of one at risk: the shortest usual window that it would be done in';
