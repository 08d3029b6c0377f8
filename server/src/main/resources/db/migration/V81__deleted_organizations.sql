-- Organizations that their owners deleted: usage and audit log stay, the slug is free again. A column without a default
-- and an index on a small table: a moment's ACCESS EXCLUSIVE lock on it, and a SHARE ROW EXCLUSIVE one on api_key.

ALTER TABLE organization ADD COLUMN deleted_at timestamptz;
DROP INDEX organization_slug;
CREATE UNIQUE INDEX organization_slug ON organization (lower(slug)) WHERE deleted_at IS NULL;

-- Who was making a key while the organization went makes none: the lock on the account lets this look only after that.
CREATE FUNCTION account_is_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM FROM public.account WHERE id = NEW.account_id FOR KEY SHARE;
    IF EXISTS (SELECT FROM public.organization WHERE account_id = NEW.account_id AND deleted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the organization of account % is deleted', NEW.account_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER api_key_of_open_account BEFORE INSERT ON api_key FOR EACH ROW EXECUTE FUNCTION account_is_open();
