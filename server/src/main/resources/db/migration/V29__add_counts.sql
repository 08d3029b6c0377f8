-- Adds histograms and counts element by element. A loop instead of a query: the drain calls this three times for each
-- pair of model and target, and to start a query costs more than the sum.
CREATE OR REPLACE FUNCTION add_counts(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    FOR place IN 1 .. coalesce(array_length(b, 1), 0) LOOP
        IF b[place] <> 0 THEN
            a[place] := coalesce(a[place], 0) + b[place];
        END IF;
    END LOOP;
    RETURN a;
END
$$;
