-- +goose Up
-- An application's feed is sought, never scanned.
-- From now on a row's time is the latest that its application has had so far: it
-- does not fall along the ids, so that halving finds where a date begins.
UPDATE journal SET at = m.latest
FROM (SELECT instance, id, max(at) OVER (PARTITION BY app ORDER BY id) AS latest FROM journal WHERE at IS NOT NULL) AS m
WHERE journal.instance = m.instance AND journal.id = m.id AND journal.at < m.latest;

-- One bit for each step that the row's events left their instance at (feed.go);
-- -1 = not known, for rows from before.
ALTER TABLE journal ADD COLUMN steps INTEGER NOT NULL DEFAULT -1;
CREATE INDEX journal_by_steps ON journal (app, steps, id, at) WHERE at IS NOT NULL;

-- The ids of instances that were purged, for their events stay in the feed.
CREATE TABLE purged (
    number INTEGER PRIMARY KEY,
    id     BLOB NOT NULL
);

-- +goose Down
DELETE FROM journal WHERE instance IN (SELECT number FROM purged);
DROP TABLE purged;
DROP INDEX journal_by_steps;
ALTER TABLE journal DROP COLUMN steps;
