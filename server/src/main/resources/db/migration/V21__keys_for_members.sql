-- Keys that one member makes for another, and keys whose use all members of an organization see. Columns with defaults
-- on api_key: no rewrite, a brief ACCESS EXCLUSIVE lock.

ALTER TABLE api_key
    ADD COLUMN made_by     bigint REFERENCES "user",
    ADD COLUMN unopened    boolean NOT NULL DEFAULT false,
    ADD COLUMN visibility  text NOT NULL DEFAULT 'maker' CHECK (visibility IN ('maker', 'organization'));
COMMENT ON COLUMN api_key.made_by IS 'who made it, where that is not the member it acts as; absent otherwise';
COMMENT ON COLUMN api_key.unopened IS 'its member has not opened it yet: no secret exists, and hmac fits none';
COMMENT ON COLUMN api_key.visibility IS 'whether all members of the organization see what is done with it';
GRANT SELECT (made_by, unopened, visibility), UPDATE (visibility) ON api_key TO ${app};
