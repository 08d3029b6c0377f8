-- What is measured of models over all accounts is read by hour. Rows of an hour lie together, so the smallest index
-- does. Rollups are not written to while it is built, for less than a second per million rows; the journal waits.

CREATE INDEX rollup_hour_time ON rollup_hour USING brin (hour) WITH (pages_per_range = 16);
CREATE INDEX rollup_target_hour_time ON rollup_target_hour USING brin (hour) WITH (pages_per_range = 16);
