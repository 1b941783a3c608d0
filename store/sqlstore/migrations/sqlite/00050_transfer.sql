-- +goose Up
-- File transfers. Rows are never removed: numbers are not given again, and
-- receipts go on telling what became of a file.
CREATE TABLE transfer (
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL,
    app          INTEGER NOT NULL,
    code         TEXT NOT NULL,
    edition      INTEGER NOT NULL,
    sender       INTEGER NOT NULL,
    system       INTEGER NOT NULL,
    reference    TEXT NOT NULL,
    file_name    TEXT NOT NULL,
    checksum     TEXT NOT NULL,
    manifest     BLOB,
    size         INTEGER NOT NULL,
    sha256       BLOB,
    md5          BLOB,
    blob         TEXT,
    status       INTEGER NOT NULL,
    text         TEXT NOT NULL,
    changed      INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    created_by   TEXT NOT NULL,
    published    INTEGER,
    expires      INTEGER,
    due          INTEGER,
    receipt      INTEGER NOT NULL,
    version      INTEGER NOT NULL
);
CREATE UNIQUE INDEX transfer_by_id ON transfer (id);
CREATE INDEX transfer_by_sender ON transfer (sender, app, created);
CREATE INDEX transfer_by_status ON transfer (sender, app, status, created);
CREATE INDEX transfer_by_app ON transfer (app);
CREATE INDEX transfer_by_receipt ON transfer (receipt);
CREATE INDEX transfer_by_due ON transfer (due) WHERE due IS NOT NULL;
CREATE INDEX transfer_by_blob ON transfer (blob) WHERE blob IS NOT NULL;

-- Inline content, apart from the rows that lists read.
CREATE TABLE transfer_content (
    transfer INTEGER PRIMARY KEY,
    bytes    BLOB NOT NULL
);

-- Who a file is for. App and created are the transfer's; class is its status and
-- the recipient's state, as numbers, once it was published, and NULL before.
CREATE TABLE transfer_recipient (
    transfer   INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    party      INTEGER NOT NULL,
    app        INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    class      INTEGER,
    state      INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    downloaded INTEGER,
    confirmed  INTEGER,
    receipt    INTEGER NOT NULL,
    PRIMARY KEY (transfer, place)
) WITHOUT ROWID;
CREATE INDEX transfer_recipient_by_party ON transfer_recipient (party, app, created, transfer, class) WHERE class IS NOT NULL;
CREATE INDEX transfer_recipient_by_class ON transfer_recipient (party, app, class, created, transfer) WHERE class IS NOT NULL;

CREATE TABLE transfer_step (
    transfer  INTEGER NOT NULL,
    n         INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    status    INTEGER,
    text      TEXT NOT NULL,
    recipient INTEGER NOT NULL,
    state     INTEGER,
    by        TEXT NOT NULL,
    PRIMARY KEY (transfer, n)
) WITHOUT ROWID;

-- Files that arrive in pieces.
CREATE TABLE transfer_partial (
    transfer  INTEGER PRIMARY KEY,
    file_name TEXT NOT NULL,
    length    INTEGER NOT NULL,
    received  INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    blob      TEXT NOT NULL,
    sha256    BLOB NOT NULL,
    md5       BLOB NOT NULL
);
CREATE INDEX transfer_partial_by_expiry ON transfer_partial (expires);
CREATE INDEX transfer_partial_by_blob ON transfer_partial (blob);

-- +goose Down
DROP TABLE transfer_partial;
DROP TABLE transfer_step;
DROP TABLE transfer_recipient;
DROP TABLE transfer_content;
DROP TABLE transfer;
