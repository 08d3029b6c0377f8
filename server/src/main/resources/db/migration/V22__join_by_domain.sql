-- Mail domains whose users join an organization without being decided on. A new table.

CREATE TABLE organization_domain (
    organization_id  bigint NOT NULL REFERENCES organization,
    domain           text NOT NULL CHECK (domain = lower(domain)),
    added_by         bigint NOT NULL REFERENCES "user",
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, domain)
);
