-- +goose Up
-- What waits for the operator's sender, and what became of it. Before there was
-- a sender nothing says what was sent by other means: that is not sent again.
ALTER TABLE message ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN app INTEGER;
ALTER TABLE message ADD COLUMN org TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN party INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN correspondence BLOB;
ALTER TABLE message ADD COLUMN instance BLOB;
ALTER TABLE message ADD COLUMN state TEXT NOT NULL DEFAULT 'pending';
ALTER TABLE message ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN next INTEGER;
ALTER TABLE message ADD COLUMN until INTEGER;
ALTER TABLE message ADD COLUMN settled INTEGER;
ALTER TABLE message ADD COLUMN problem TEXT NOT NULL DEFAULT '';
UPDATE message SET state = 'failed', settled = at, problem = 'from before there was a sender';
CREATE INDEX message_due ON message (next, id) WHERE state = 'pending';
CREATE INDEX message_until ON message (until, id) WHERE state = 'pending';
CREATE INDEX message_settled ON message (settled, id) WHERE settled IS NOT NULL;
CREATE INDEX message_by_org ON message (org, id);
CREATE INDEX message_by_correspondence ON message (correspondence, id) WHERE correspondence IS NOT NULL;
CREATE INDEX message_by_instance ON message (instance, id) WHERE instance IS NOT NULL;
CREATE INDEX message_by_state ON message (state, id);

-- +goose Down
DROP INDEX message_by_state;
DROP INDEX message_by_instance;
DROP INDEX message_by_correspondence;
DROP INDEX message_by_org;
DROP INDEX message_settled;
DROP INDEX message_until;
DROP INDEX message_due;
ALTER TABLE message DROP COLUMN problem;
ALTER TABLE message DROP COLUMN settled;
ALTER TABLE message DROP COLUMN until;
ALTER TABLE message DROP COLUMN next;
ALTER TABLE message DROP COLUMN attempts;
ALTER TABLE message DROP COLUMN state;
ALTER TABLE message DROP COLUMN instance;
ALTER TABLE message DROP COLUMN correspondence;
ALTER TABLE message DROP COLUMN party;
ALTER TABLE message DROP COLUMN org;
ALTER TABLE message DROP COLUMN app;
ALTER TABLE message DROP COLUMN purpose;
ALTER TABLE message DROP COLUMN subject;
