-- What becomes of batches and background requests of a key that is ended. A column with a constant default: the lock on
-- api_key is held for an instant; the index is empty at first.

ALTER TABLE api_key ADD COLUMN cancel_work boolean NOT NULL DEFAULT false;
CREATE INDEX api_key_cancel_work ON api_key (id) WHERE cancel_work;
COMMENT ON COLUMN api_key.cancel_work IS 'its batches and background requests are cancelled';
GRANT UPDATE (cancel_work) ON api_key TO ${app};
