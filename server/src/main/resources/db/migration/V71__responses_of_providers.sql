-- Whether providers serve the Responses API. A column with a default: no rewrite, a moment's ACCESS EXCLUSIVE lock.

ALTER TABLE provider ADD COLUMN responses text NOT NULL DEFAULT 'none'
    CHECK (responses IN ('none', 'native', 'only'));
COMMENT ON COLUMN provider.responses IS 'none: chat completions alone; native: both; only: Responses alone';
