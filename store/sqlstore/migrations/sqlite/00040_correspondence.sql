-- +goose Up
-- Messages from applications' owners to parties. Their numbers are counted
-- together with instances', their attachments' with elements', whose table of
-- inline content they share. status as rest.CorrespondenceStatus has it; detail
-- is what no list looks at.
CREATE TABLE correspondence (
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL,
    app          INTEGER NOT NULL,
    party        INTEGER NOT NULL,
    key          TEXT,
    reference    TEXT NOT NULL,
    answers      TEXT,
    case_number  INTEGER,
    status       INTEGER NOT NULL,
    confirmation INTEGER NOT NULL,
    announced    INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    published    INTEGER NOT NULL,
    due          INTEGER,
    delete_after INTEGER,
    deleted      INTEGER,
    receipt      INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    content      BLOB NOT NULL, -- what was sent
    marks        BLOB NOT NULL  -- what became of it
);
CREATE UNIQUE INDEX correspondence_by_id ON correspondence (id);
CREATE UNIQUE INDEX correspondence_by_key ON correspondence (key, party, app) WHERE key IS NOT NULL;
CREATE INDEX correspondence_by_party ON correspondence (party, status, published);
CREATE INDEX correspondence_by_app ON correspondence (app, status, published);
CREATE INDEX correspondence_by_answers ON correspondence (answers, published) WHERE answers IS NOT NULL;
CREATE INDEX correspondence_by_case ON correspondence (case_number, published) WHERE case_number IS NOT NULL;
CREATE INDEX correspondence_by_reference ON correspondence (reference, published) WHERE reference <> '';
CREATE INDEX correspondence_unannounced ON correspondence (published) WHERE announced = 0;
CREATE INDEX correspondence_expiring ON correspondence (delete_after) WHERE delete_after IS NOT NULL AND status < 5;
CREATE INDEX correspondence_deleted ON correspondence (deleted) WHERE deleted IS NOT NULL;

CREATE TABLE correspondence_event (
    correspondence INTEGER NOT NULL,
    id             INTEGER NOT NULL,
    type           TEXT NOT NULL,
    at             INTEGER NOT NULL,
    by             TEXT NOT NULL,
    PRIMARY KEY (correspondence, id)
) WITHOUT ROWID;

CREATE TABLE attachment (
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL,
    app          INTEGER NOT NULL,
    file_name    TEXT NOT NULL,
    title        TEXT NOT NULL,
    reference    TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size         INTEGER NOT NULL,
    sha256       BLOB NOT NULL,
    md5          BLOB,
    blob         TEXT,
    created      INTEGER NOT NULL,
    created_by   TEXT NOT NULL,
    uploaded     INTEGER,
    used         INTEGER NOT NULL -- how many messages have it
);
CREATE UNIQUE INDEX attachment_by_id ON attachment (id);
CREATE INDEX attachment_by_blob ON attachment (blob) WHERE blob IS NOT NULL;
CREATE INDEX attachment_unused ON attachment (created) WHERE used = 0;

CREATE TABLE attachment_use (
    correspondence INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    attachment     INTEGER NOT NULL,
    PRIMARY KEY (correspondence, position)
) WITHOUT ROWID;
CREATE INDEX attachment_use_by_attachment ON attachment_use (attachment, correspondence);

-- +goose Down
DROP TABLE attachment_use;
DROP TABLE attachment;
DROP TABLE correspondence_event;
DROP TABLE correspondence;
