-- A drained group adds to few of a rollup's numbers: those alone are sent and added. New functions, and defaults for new
-- rows: nothing is rewritten, the catalogue alone is locked, for no time to speak of.

ALTER TABLE rollup_hour
    ALTER COLUMN requests SET DEFAULT 0,
    ALTER COLUMN failed SET DEFAULT 0,
    ALTER COLUMN refused SET DEFAULT 0,
    ALTER COLUMN estimated SET DEFAULT 0,
    ALTER COLUMN input SET DEFAULT 0,
    ALTER COLUMN cache_read SET DEFAULT 0,
    ALTER COLUMN cache_write_5m SET DEFAULT 0,
    ALTER COLUMN cache_write_1h SET DEFAULT 0,
    ALTER COLUMN output SET DEFAULT 0,
    ALTER COLUMN reasoning SET DEFAULT 0,
    ALTER COLUMN audio_input SET DEFAULT 0,
    ALTER COLUMN audio_output SET DEFAULT 0,
    ALTER COLUMN images SET DEFAULT 0,
    ALTER COLUMN cost SET DEFAULT 0;

ALTER TABLE rollup_target_hour
    ALTER COLUMN requests SET DEFAULT 0,
    ALTER COLUMN statuses SET DEFAULT '{}',
    ALTER COLUMN causes SET DEFAULT array_fill(0::bigint, ARRAY[6]),
    ALTER COLUMN first_token SET DEFAULT array_fill(0::bigint, ARRAY[98]),
    ALTER COLUMN total SET DEFAULT array_fill(0::bigint, ARRAY[98]);

-- Adds to single places of an array, which are given in pairs of place and amount.
CREATE FUNCTION add_at(a bigint[], pairs bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    FOR i IN 1 .. coalesce(array_length(pairs, 1), 0) BY 2 LOOP
        a[pairs[i]] := coalesce(a[pairs[i]], 0) + pairs[i + 1];
    END LOOP;
    RETURN a;
END
$$;

-- Adds to single members of an object, which are given in pairs of name and amount.
CREATE FUNCTION add_at(a jsonb, pairs bigint[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    FOR i IN 1 .. coalesce(array_length(pairs, 1), 0) BY 2 LOOP
        a := a || jsonb_build_object(pairs[i], coalesce((a ->> pairs[i]::text)::bigint, 0) + pairs[i + 1]);
    END LOOP;
    RETURN a;
END
$$;
