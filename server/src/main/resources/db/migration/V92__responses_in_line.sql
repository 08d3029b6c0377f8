-- What is sealed does not get smaller by compression, and most responses fit into a page with others: they stand in
-- their row, and only large ones beside the table. Applies to what is stored from now on; no row is touched.

ALTER TABLE response ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE response SET (toast_tuple_target = 8160);
