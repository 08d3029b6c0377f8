-- Conversations: items in order, sealed, and the background responses that have yet to add theirs. New tables only: no
-- lock on anything.

CREATE TABLE conversation (
    id        bigint PRIMARY KEY,
    account   bigint NOT NULL REFERENCES account,
    member    bigint NOT NULL,
    metadata  bytea NOT NULL,
    places    bigint NOT NULL DEFAULT 0,
    items     integer NOT NULL DEFAULT 0,
    bytes     bigint NOT NULL DEFAULT 0
);
CREATE INDEX conversation_account ON conversation (account);
COMMENT ON COLUMN conversation.metadata IS 'Sealed: an object of strings as JSON';
COMMENT ON COLUMN conversation.places IS 'given to items so far, deleted ones too; the row is locked while one is given';
COMMENT ON COLUMN conversation.bytes IS 'of its items, as they are sealed';

CREATE TABLE conversation_item (
    conversation  bigint NOT NULL REFERENCES conversation ON DELETE CASCADE,
    place         bigint NOT NULL,
    account       bigint NOT NULL,
    name          text NOT NULL,
    content       bytea NOT NULL,
    PRIMARY KEY (conversation, place),
    UNIQUE (conversation, name)
);
COMMENT ON COLUMN conversation_item.name IS 'its id, as clients know it';
COMMENT ON COLUMN conversation_item.content IS 'Sealed: the item as JSON';

CREATE TABLE conversation_turn (
    response      bigint PRIMARY KEY,
    conversation  bigint NOT NULL REFERENCES conversation ON DELETE CASCADE,
    account       bigint NOT NULL
);
CREATE INDEX conversation_turn_conversation ON conversation_turn (conversation);
COMMENT ON TABLE conversation_turn IS 'Responses of the background that add their items when they have ended';

-- The second wall (S-09).
ALTER TABLE conversation ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_conversation ON conversation
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
ALTER TABLE conversation_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_conversation_item ON conversation_item
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
ALTER TABLE conversation_turn ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_conversation_turn ON conversation_turn
    USING (account = nullif(current_setting('dw.account', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE, DELETE ON conversation TO ${app};
GRANT SELECT, INSERT, DELETE ON conversation_item, conversation_turn TO ${app};
