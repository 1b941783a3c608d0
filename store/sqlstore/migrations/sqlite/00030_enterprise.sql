-- +goose Up
-- Enterprise users, and the certificates that they registered. How they log in
-- is in account, under the subject enterprise:<id>.
ALTER TABLE counter ADD COLUMN enterprise INTEGER NOT NULL DEFAULT 0;

CREATE TABLE enterprise (
    id        INTEGER PRIMARY KEY,
    user_name TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    party     INTEGER NOT NULL
);

-- thumbprint is the SHA-256 of der; everything else about a certificate is in it.
CREATE TABLE certificate (
    enterprise INTEGER NOT NULL,
    thumbprint BLOB NOT NULL,
    label      TEXT NOT NULL,
    der        BLOB NOT NULL,
    added      INTEGER NOT NULL,
    PRIMARY KEY (enterprise, thumbprint)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE certificate;
DROP TABLE enterprise;
ALTER TABLE counter DROP COLUMN enterprise;
