-- When the user of a session proved last who is there. Of sessions that live already it is when they were opened. Locks
-- the table of sessions, which is small, for a moment.

ALTER TABLE session ADD COLUMN proven_at timestamptz;
UPDATE session SET proven_at = created_at;
ALTER TABLE session ALTER COLUMN proven_at SET NOT NULL;
