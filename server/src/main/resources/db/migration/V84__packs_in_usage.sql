-- Says what stands in a column. SHARE UPDATE EXCLUSIVE on usage for an instant.

COMMENT ON COLUMN usage.batch IS 'id of the batch; negative: id of the pack of a request that came singly and ran later';
