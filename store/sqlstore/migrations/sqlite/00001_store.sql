-- +goose Up
-- Times are microseconds since 1970, UTC; NULL is the zero time. UUIDs are 16 bytes.

-- The last number taken of each kind. One row: a group of updates reads and
-- writes it once, inside its transaction, so numbers are never handed out twice,
-- whatever is deleted and however many processes share the file.
CREATE TABLE counter (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    instance   INTEGER NOT NULL,
    element    INTEGER NOT NULL,
    receipt    INTEGER NOT NULL,
    event      INTEGER NOT NULL,
    party      INTEGER NOT NULL,
    system     INTEGER NOT NULL,
    message    INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    probe      INTEGER NOT NULL
);
INSERT INTO counter VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE party (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,
    number    TEXT UNIQUE,
    user_name TEXT UNIQUE,
    name      TEXT NOT NULL,
    phone     TEXT NOT NULL
);

-- Every official number that a party ever had. Rows are never removed: receipts
-- are found through them by the number they were made with.
CREATE TABLE party_number (
    number TEXT NOT NULL,
    party  INTEGER NOT NULL,
    PRIMARY KEY (number, party)
) WITHOUT ROWID;

-- Short names for org/app. Rows are never removed.
CREATE TABLE app (
    id   INTEGER PRIMARY KEY,
    org  TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (org, name)
);

CREATE TABLE application (
    app        INTEGER PRIMARY KEY REFERENCES app (id),
    code       TEXT,
    edition    INTEGER,
    definition BLOB NOT NULL,
    UNIQUE (code, edition)
);

CREATE TABLE account (
    subject         TEXT PRIMARY KEY,
    system          INTEGER NOT NULL,
    system_name     TEXT NOT NULL,
    system_disabled INTEGER NOT NULL,
    party           INTEGER NOT NULL,
    password        TEXT NOT NULL,
    disabled        INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE party_right (
    subject TEXT NOT NULL,
    party   INTEGER NOT NULL,
    code    TEXT NOT NULL,
    edition INTEGER NOT NULL,
    rights  TEXT NOT NULL,
    PRIMARY KEY (subject, party, code, edition)
) WITHOUT ROWID;

CREATE TABLE letter (
    person INTEGER PRIMARY KEY,
    date   INTEGER,
    codes  BLOB NOT NULL
);

CREATE TABLE instance (
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL,
    app          INTEGER NOT NULL,
    owner        INTEGER NOT NULL,
    sender       INTEGER NOT NULL,
    reference    TEXT,
    receipt      INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    created_by   TEXT NOT NULL,
    changed      INTEGER NOT NULL,
    changed_by   TEXT NOT NULL,
    version      INTEGER NOT NULL,
    step         TEXT NOT NULL,
    step_at      INTEGER,
    archived     INTEGER,
    archive      INTEGER,
    soft_deleted INTEGER,
    hard_deleted INTEGER,
    confirmed    INTEGER,
    due          INTEGER,
    visible      INTEGER,
    labels       TEXT,
    presentation TEXT NOT NULL,
    signatures   BLOB
);
CREATE UNIQUE INDEX instance_by_id ON instance (id);
CREATE UNIQUE INDEX instance_by_reference ON instance (reference, sender) WHERE reference IS NOT NULL;
CREATE INDEX instance_by_owner ON instance (owner, changed);
CREATE INDEX instance_by_app ON instance (app, changed);

-- Beside their instance's others, in the order they were added.
CREATE TABLE element (
    instance         INTEGER NOT NULL,
    number           INTEGER NOT NULL,
    id               BLOB NOT NULL,
    type             TEXT NOT NULL,
    form             INTEGER NOT NULL,
    file_name        TEXT NOT NULL,
    title            TEXT NOT NULL,
    sender_reference TEXT NOT NULL,
    content_type     TEXT NOT NULL,
    size             INTEGER NOT NULL,
    sha256           BLOB NOT NULL,
    md5              BLOB,
    blob             TEXT,
    locked           INTEGER NOT NULL,
    created          INTEGER NOT NULL,
    created_by       TEXT NOT NULL,
    changed          INTEGER NOT NULL,
    changed_by       TEXT NOT NULL,
    version          INTEGER NOT NULL,
    downloaded       BLOB,
    confirmed        BLOB,
    PRIMARY KEY (instance, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX element_by_id ON element (id);
CREATE INDEX element_by_blob ON element (blob) WHERE blob IS NOT NULL;

-- Inline content, apart from the rows that lists read and that changes rewrite.
CREATE TABLE content (
    element INTEGER PRIMARY KEY,
    bytes   BLOB NOT NULL
);

-- What one update recorded about one instance: the steps it entered, and events
-- whose ids end with this row's.
CREATE TABLE journal (
    instance INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    app      INTEGER NOT NULL,
    owner    INTEGER NOT NULL,
    at       INTEGER,
    events   BLOB,
    visits   BLOB,
    PRIMARY KEY (instance, id)
) WITHOUT ROWID;
CREATE INDEX journal_by_app ON journal (app, id, at) WHERE at IS NOT NULL;

-- A receipt with its sub-receipts, whose ids follow its own without a gap.
CREATE TABLE receipt (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL,
    status   TEXT NOT NULL,
    text     TEXT NOT NULL,
    history  TEXT NOT NULL,
    changed  INTEGER NOT NULL,
    sender   INTEGER NOT NULL,
    party    INTEGER NOT NULL,
    instance INTEGER,
    detail   BLOB NOT NULL
);
CREATE INDEX receipt_by_sender ON receipt (sender, changed);
CREATE INDEX receipt_by_party ON receipt (party, changed);
CREATE INDEX receipt_by_instance ON receipt (instance) WHERE instance IS NOT NULL;

-- The references that do not follow from a receipt's party or instance.
CREATE TABLE receipt_reference (
    value   TEXT NOT NULL,
    type    TEXT NOT NULL,
    receipt INTEGER NOT NULL,
    PRIMARY KEY (value, type, receipt)
) WITHOUT ROWID;

CREATE TABLE session (
    person  INTEGER NOT NULL,
    caller  TEXT NOT NULL,
    method  TEXT NOT NULL,
    code    BLOB,
    opened  INTEGER,
    used    INTEGER,
    number  INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    expires INTEGER,
    PRIMARY KEY (person, caller, method)
) WITHOUT ROWID;

CREATE TABLE lockout (
    key    TEXT PRIMARY KEY,
    failed INTEGER NOT NULL,
    last   INTEGER,
    until  INTEGER
) WITHOUT ROWID;

CREATE TABLE message (
    id        INTEGER PRIMARY KEY,
    channel   TEXT NOT NULL,
    recipient TEXT NOT NULL,
    text      TEXT NOT NULL,
    at        INTEGER
);

-- +goose Down
DROP TABLE message;
DROP TABLE lockout;
DROP TABLE session;
DROP TABLE receipt_reference;
DROP TABLE receipt;
DROP TABLE journal;
DROP TABLE content;
DROP TABLE element;
DROP TABLE instance;
DROP TABLE letter;
DROP TABLE party_right;
DROP TABLE account;
DROP TABLE application;
DROP TABLE app;
DROP TABLE party_number;
DROP TABLE party;
DROP TABLE counter;
