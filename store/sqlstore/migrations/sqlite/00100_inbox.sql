-- +goose Up
-- An inbox is the merger of a party's instances and messages by the time of
-- their last change. Instances have theirs in instance_by_owner; the few that
-- are active, which are asked for most, have one more of their own.
CREATE INDEX instance_active ON instance (owner, changed, number, app, visible)
    WHERE archived IS NULL AND soft_deleted IS NULL AND hard_deleted IS NULL;
ALTER TABLE correspondence ADD COLUMN shown INTEGER GENERATED ALWAYS AS (max(published, changed)) VIRTUAL;
CREATE INDEX correspondence_by_shown ON correspondence (party, status, shown, number, app, published, confirmation, case_number) WHERE status < 6;

-- +goose Down
DROP INDEX correspondence_by_shown;
ALTER TABLE correspondence DROP COLUMN shown;
DROP INDEX instance_active;
