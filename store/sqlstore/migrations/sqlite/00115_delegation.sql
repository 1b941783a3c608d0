-- +goose Up
-- Who was named to sign an instance at its parallel step. opened is when the
-- instance came there.
CREATE TABLE delegation (
    instance INTEGER PRIMARY KEY,
    step     TEXT NOT NULL,
    required INTEGER NOT NULL,
    locked   TEXT NOT NULL,
    at       INTEGER NOT NULL,
    by       TEXT NOT NULL,
    opened   INTEGER
);
-- waits: the person is asked to sign now.
CREATE TABLE signer (
    instance INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    name     TEXT NOT NULL,
    allowed  INTEGER NOT NULL,
    waits    INTEGER NOT NULL,
    PRIMARY KEY (instance, person)
) WITHOUT ROWID;
CREATE INDEX signer_by_person ON signer (person, instance);
CREATE INDEX signer_waits ON signer (person, instance) WHERE waits = 1;
-- +goose StatementBegin
CREATE TRIGGER delegation_purged AFTER DELETE ON instance BEGIN
    DELETE FROM delegation WHERE instance = old.number;
    DELETE FROM signer WHERE instance = old.number;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER delegation_purged;
DROP TABLE signer;
DROP TABLE delegation;
