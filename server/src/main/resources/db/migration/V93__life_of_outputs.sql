-- For how long a batch's customer wants its output kept once it has ended; null for as long as others. No row is touched.

ALTER TABLE file ADD COLUMN life_seconds integer;
GRANT UPDATE (life_seconds) ON file TO ${app};
