-- +goose Up
-- What owners filled in for parties beforehand. content is what no query looks at.
CREATE TABLE prefill (
    number    INTEGER PRIMARY KEY,
    id        BLOB NOT NULL,
    app       INTEGER NOT NULL,
    party     INTEGER NOT NULL,
    reference TEXT NOT NULL,
    valid_to  INTEGER,
    changed   INTEGER NOT NULL,
    content   BLOB NOT NULL
);
CREATE UNIQUE INDEX prefill_by_id ON prefill (id);
CREATE UNIQUE INDEX prefill_by_reference ON prefill (party, app, reference);
CREATE INDEX prefill_by_party ON prefill (party, app, changed);
CREATE INDEX prefill_by_end ON prefill (valid_to) WHERE valid_to IS NOT NULL;

-- +goose Down
DROP TABLE prefill;
