-- +goose Up
-- Requests that were carried out under a caller's key, with their answers, for a day.
CREATE TABLE repeat (
    id      INTEGER PRIMARY KEY,
    caller  TEXT NOT NULL,
    key     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    request BLOB,
    answer  BLOB
);
CREATE UNIQUE INDEX repeat_by_key ON repeat (caller, key);
CREATE INDEX repeat_by_time ON repeat (at);

-- +goose Down
DROP TABLE repeat;
