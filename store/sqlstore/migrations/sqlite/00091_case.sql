-- +goose Up
-- Cases. Their numbers are counted together with instances' and messages'.
CREATE TABLE case_file (
    number      INTEGER PRIMARY KEY,
    app         INTEGER NOT NULL,
    party       INTEGER NOT NULL,
    reference   TEXT,
    visible     INTEGER NOT NULL,
    due         INTEGER,
    created     INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    archived    INTEGER,
    archived_by TEXT NOT NULL,
    deleted     INTEGER,
    deleted_by  TEXT NOT NULL,
    changed     INTEGER NOT NULL,
    version     INTEGER NOT NULL
);
CREATE UNIQUE INDEX case_by_reference ON case_file (party, app, reference) WHERE reference IS NOT NULL;
CREATE INDEX case_open ON case_file (party, app, number, visible) WHERE archived IS NULL AND deleted IS NULL;

CREATE TABLE case_instance (
    instance    INTEGER PRIMARY KEY,
    case_number INTEGER NOT NULL
);
CREATE INDEX case_instance_by_case ON case_instance (case_number, instance);
-- +goose StatementBegin
CREATE TRIGGER case_instance_purged AFTER DELETE ON instance BEGIN
    DELETE FROM case_instance WHERE instance = old.number;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER case_instance_purged;
DROP TABLE case_instance;
DROP TABLE case_file;
