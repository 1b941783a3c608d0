-- +goose Up
-- Old clients know attachments by their numbers alone.
CREATE UNIQUE INDEX element_by_number ON element (number);

-- Answers that parties got from registers. Their numbers are counted together
-- with instances', their documents' with elements', whose table of inline
-- content they share.
CREATE TABLE lookup (
    number     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL,
    app        INTEGER NOT NULL,
    party      INTEGER NOT NULL,
    key        TEXT NOT NULL,
    title      TEXT NOT NULL,
    question   TEXT NOT NULL,
    language   TEXT NOT NULL,
    forwarding INTEGER NOT NULL,
    file_name  TEXT NOT NULL,
    document   INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    sha256     BLOB NOT NULL,
    md5        BLOB,
    blob       TEXT,
    archived   INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    created_by TEXT NOT NULL
);
CREATE UNIQUE INDEX lookup_by_id ON lookup (id);
CREATE UNIQUE INDEX lookup_by_key ON lookup (key, party, app);
CREATE INDEX lookup_by_party ON lookup (party, archived);
CREATE INDEX lookup_by_blob ON lookup (blob) WHERE blob IS NOT NULL;

-- +goose Down
DROP TABLE lookup;
DROP INDEX element_by_number;
