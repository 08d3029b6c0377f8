-- Users, organizations, members, and the accounts that own things and pay. New tables only: no lock on anything.
-- ${app} is the login that row-level policies bind; with a single login it is the owner itself and they do not bind.

CREATE TABLE installation (
    only_one          boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    master_key_check  bytea NOT NULL,
    welcomed_at       timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN installation.master_key_check IS 'Derived from the master key; a node with another key does not start';
COMMENT ON COLUMN installation.welcomed_at IS 'When a server first told its operator how to come in';

CREATE TABLE account (
    id          bigint PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('personal', 'organization')),
    name        text NOT NULL,
    rpm         integer NOT NULL DEFAULT 0 CHECK (rpm >= 0),
    tpm         bigint NOT NULL DEFAULT 0 CHECK (tpm >= 0),
    concurrent  integer NOT NULL DEFAULT 0 CHECK (concurrent >= 0),
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN account.rpm IS 'requests per minute over all of its keys; 0 is unlimited, as for tpm and concurrent';

CREATE TABLE "user" (
    id           bigint PRIMARY KEY,
    account_id   bigint NOT NULL UNIQUE REFERENCES account,
    username     text NOT NULL,
    email        text NOT NULL,
    role         text NOT NULL CHECK (role IN ('administrator', 'billing_manager', 'auditor', 'user')),
    password     text,
    claimed_at   timestamptz,
    disabled_at  timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX user_email ON "user" (lower(email));
CREATE UNIQUE INDEX user_username ON "user" (lower(username));
COMMENT ON COLUMN "user".password IS 'Argon2id; absent until the user set one';

CREATE TABLE organization (
    id          bigint PRIMARY KEY,
    account_id  bigint NOT NULL UNIQUE REFERENCES account,
    slug        text NOT NULL,
    name        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX organization_slug ON organization (lower(slug));

CREATE TABLE member (
    organization_id  bigint NOT NULL REFERENCES organization,
    user_id          bigint NOT NULL REFERENCES "user",
    role             text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    manage_keys      boolean NOT NULL DEFAULT false,
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX member_user ON member (user_id);

CREATE TABLE access_group (
    id          bigint PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE access_group IS 'Groups to whom models are open';

CREATE TABLE access_group_account (
    group_id    bigint NOT NULL REFERENCES access_group ON DELETE CASCADE,
    account_id  bigint NOT NULL REFERENCES account,
    PRIMARY KEY (group_id, account_id)
);
CREATE INDEX access_group_account_account ON access_group_account (account_id);

CREATE TABLE admin_link (
    token_hash  bytea PRIMARY KEY,
    user_id     bigint NOT NULL REFERENCES "user",
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE admin_link IS 'One-time links that claim an administrator, or let one back in; only the hash is kept';

-- The second wall (S-09): a session sees the account that it named, and nothing when it named none.
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON account
    USING (id = nullif(current_setting('dw.account', true), '')::bigint);

GRANT USAGE ON SCHEMA public TO ${app};
GRANT SELECT ON account TO ${app};
