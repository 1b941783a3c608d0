-- +goose Up
-- The keys that came with an instance, packed. Few instances have any, and they
-- may be large: a row of their own keeps changes of the instance small.
CREATE TABLE instance_key (
    instance INTEGER PRIMARY KEY,
    keys     BLOB NOT NULL
);
-- The sender encrypted the attachment.
ALTER TABLE element ADD COLUMN encrypted INTEGER NOT NULL DEFAULT 0;
-- +goose StatementBegin
CREATE TRIGGER key_purged AFTER DELETE ON instance BEGIN
    DELETE FROM instance_key WHERE instance = old.number;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER key_purged;
DROP TABLE instance_key;
ALTER TABLE element DROP COLUMN encrypted;
