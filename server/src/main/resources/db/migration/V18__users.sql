-- When a user was last here, that a user is erased, and who did what. Two columns without a default (no rewrite, a
-- moment's ACCESS EXCLUSIVE lock on a small table); making the index holds up writers of the audit log meanwhile.

ALTER TABLE "user"
    ADD COLUMN seen_at    timestamptz,
    ADD COLUMN erased_at  timestamptz;
COMMENT ON COLUMN "user".erased_at IS 'the row stays for what refers to it, with nothing personal in it';
UPDATE "user" u SET seen_at = (SELECT max(s.seen_at) FROM session s WHERE s.user_id = u.id);

CREATE INDEX audit_event_actor ON audit_event (actor, seq);
