-- +goose Up
-- A lookup that its owner took back waits to be purged; its key is free again.
ALTER TABLE lookup ADD COLUMN deleted INTEGER;
ALTER TABLE lookup ADD COLUMN deleted_by TEXT NOT NULL DEFAULT '';
DROP INDEX lookup_by_key;
DROP INDEX lookup_by_party;
CREATE UNIQUE INDEX lookup_by_key ON lookup (key, party, app) WHERE deleted IS NULL;
CREATE INDEX lookup_by_party ON lookup (party, archived, number, app) WHERE deleted IS NULL;
CREATE INDEX lookup_by_app ON lookup (app, number) WHERE deleted IS NULL;
CREATE INDEX lookup_of_party ON lookup (party, app, number) WHERE deleted IS NULL;
CREATE INDEX lookup_deleted ON lookup (deleted) WHERE deleted IS NOT NULL;

-- Cases are listed in inboxes.
ALTER TABLE case_file ADD COLUMN shown INTEGER GENERATED ALWAYS AS (max(visible, changed)) VIRTUAL;
CREATE INDEX case_by_shown ON case_file (party, shown, number, app, visible, archived) WHERE deleted IS NULL;

-- +goose Down
DROP INDEX case_by_shown;
ALTER TABLE case_file DROP COLUMN shown;
DROP INDEX lookup_deleted;
DROP INDEX lookup_of_party;
DROP INDEX lookup_by_app;
DROP INDEX lookup_by_party;
DROP INDEX lookup_by_key;
DELETE FROM lookup WHERE deleted IS NOT NULL;
ALTER TABLE lookup DROP COLUMN deleted_by;
ALTER TABLE lookup DROP COLUMN deleted;
CREATE UNIQUE INDEX lookup_by_key ON lookup (key, party, app);
CREATE INDEX lookup_by_party ON lookup (party, archived);
