-- +goose Up
-- Lists read indexes only: each index of an instance ends with everything that
-- other filters ask for, so that a row is fetched when it is on the page. An
-- index by creation has no entries for what was never changed: there, creation
-- and change are one time, and the index by change serves for both.
ALTER TABLE instance ADD COLUMN lagged INTEGER GENERATED ALWAYS AS (changed <> created) VIRTUAL;
ALTER TABLE instance ADD COLUMN at_step TEXT GENERATED ALWAYS AS (nullif(step, 'Archived')) VIRTUAL;
ALTER TABLE instance ADD COLUMN due_span INTEGER GENERATED ALWAYS AS (due >> 41) VIRTUAL;
ALTER TABLE instance ADD COLUMN visible_span INTEGER GENERATED ALWAYS AS (visible >> 41) VIRTUAL;
-- One bit for each two characters that the presentation has in a row (text.go):
-- a text can only be in it if all bits of the text are set.
ALTER TABLE instance ADD COLUMN bits INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER instance_text_gone;
DROP TRIGGER instance_text_changed;
DROP TRIGGER instance_labels_gone;
DROP TRIGGER instance_labels_changed;
DROP INDEX instance_by_app;
DROP INDEX instance_by_app_created;
DROP INDEX instance_by_owner;
DROP INDEX instance_by_owner_created;
DROP INDEX instance_by_step;
DROP INDEX instance_by_step_created;
DROP INDEX instance_by_due;
DROP INDEX instance_by_due_created;
DROP INDEX instance_by_visible;
DROP INDEX instance_by_visible_created;
DROP TABLE label;
DROP TABLE gram;

UPDATE instance SET bits = (
    SELECT coalesce(sum(DISTINCT 1 << ((unicode(substr(lower(presentation), n, 1)) * 73 + unicode(substr(lower(presentation), n + 1, 1)) * 13) % 61)), 0)
    FROM place WHERE n <= length(presentation) - 1
) WHERE presentation <> '';

CREATE INDEX instance_by_app ON instance (app, class, changed, number, owner, created, due, visible, at_step, bits);
CREATE INDEX instance_by_app_created ON instance (app, class, created, number, owner, changed, due, visible, at_step, bits) WHERE changed <> created;
CREATE INDEX instance_by_owner ON instance (owner, lagged, changed, number, app, class, created, due, visible, at_step, bits);
CREATE INDEX instance_by_owner_created ON instance (owner, created, number, app, class, changed, due, visible, at_step, bits) WHERE changed <> created;
CREATE INDEX instance_by_step ON instance (app, at_step, lagged, changed, number, owner, class, created, due, visible, bits) WHERE at_step IS NOT NULL;
CREATE INDEX instance_by_step_created ON instance (app, at_step, created, number, owner, class, changed, due, visible, bits) WHERE at_step IS NOT NULL AND changed <> created;
CREATE INDEX instance_by_due ON instance (app, due_span, lagged, changed, number, due, owner, class, created, visible, at_step, bits) WHERE due IS NOT NULL;
CREATE INDEX instance_by_due_created ON instance (app, due_span, created, number, due, owner, class, changed, visible, at_step, bits) WHERE due IS NOT NULL AND changed <> created;
CREATE INDEX instance_by_visible ON instance (app, visible_span, lagged, changed, number, visible, owner, class, created, due, at_step, bits) WHERE visible IS NOT NULL;
CREATE INDEX instance_by_visible_created ON instance (app, visible_span, created, number, visible, owner, class, changed, due, at_step, bits) WHERE visible IS NOT NULL AND changed <> created;

CREATE TABLE label (
    label   TEXT NOT NULL,
    app     INTEGER NOT NULL,
    lagged  INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    owner   INTEGER NOT NULL,
    class   INTEGER NOT NULL,
    created INTEGER NOT NULL,
    due     INTEGER,
    visible INTEGER,
    at_step TEXT,
    bits    INTEGER NOT NULL,
    PRIMARY KEY (label, app, lagged, changed, number)
) WITHOUT ROWID;
CREATE INDEX label_by_created ON label (label, app, created, number, lagged, changed, owner, class, due, visible, at_step, bits) WHERE lagged = 1;
INSERT OR IGNORE INTO label SELECT value, app, lagged, changed, number, owner, class, created, due, visible, at_step, bits
    FROM instance, json_each(labels) WHERE labels IS NOT NULL ORDER BY 1, 2, 3, 4, 5;

-- Every three characters that a presentation has in a row, ASCII in lower case,
-- and its last two and last one: what begins with a shorter text has it.
CREATE TABLE gram (
    gram     TEXT NOT NULL,
    instance INTEGER NOT NULL,
    bits     INTEGER NOT NULL,
    PRIMARY KEY (gram, instance)
) WITHOUT ROWID;
INSERT INTO gram SELECT DISTINCT lower(substr(presentation, n, 3)), number, bits FROM instance, place
    WHERE presentation <> '' AND n <= length(presentation) ORDER BY 1, 2;

-- New rows have no trigger: every insert would pay for it, CreateInstance knows
-- which ones need these rows.
-- +goose StatementBegin
CREATE TRIGGER instance_labels_changed
AFTER UPDATE OF labels, changed, step, archived, soft_deleted, hard_deleted, confirmed, due, visible, bits ON instance
WHEN OLD.labels IS NOT NULL OR NEW.labels IS NOT NULL BEGIN
    DELETE FROM label WHERE label IN (SELECT value FROM json_each(OLD.labels)) AND app = OLD.app AND lagged = (OLD.changed <> OLD.created)
        AND changed = OLD.changed AND number = OLD.number;
    INSERT OR IGNORE INTO label SELECT value, i.app, i.lagged, i.changed, i.number, i.owner, i.class, i.created, i.due, i.visible, i.at_step, i.bits
        FROM instance i, json_each(i.labels) WHERE i.number = NEW.number;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER instance_labels_gone AFTER DELETE ON instance WHEN OLD.labels IS NOT NULL BEGIN
    DELETE FROM label WHERE label IN (SELECT value FROM json_each(OLD.labels)) AND app = OLD.app AND lagged = (OLD.changed <> OLD.created)
        AND changed = OLD.changed AND number = OLD.number;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER instance_text_changed AFTER UPDATE OF presentation ON instance WHEN OLD.presentation <> NEW.presentation BEGIN
    DELETE FROM gram WHERE gram IN (SELECT lower(substr(OLD.presentation, n, 3)) FROM place WHERE n <= length(OLD.presentation)) AND instance = OLD.number;
    INSERT OR IGNORE INTO gram SELECT lower(substr(NEW.presentation, n, 3)), NEW.number, NEW.bits FROM place WHERE n <= length(NEW.presentation);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER instance_text_gone AFTER DELETE ON instance WHEN OLD.presentation <> '' BEGIN
    DELETE FROM gram WHERE gram IN (SELECT lower(substr(OLD.presentation, n, 3)) FROM place WHERE n <= length(OLD.presentation)) AND instance = OLD.number;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER instance_text_gone;
DROP TRIGGER instance_text_changed;
DROP TRIGGER instance_labels_gone;
DROP TRIGGER instance_labels_changed;
DROP TABLE gram;
DROP TABLE label;
DROP INDEX instance_by_visible_created;
DROP INDEX instance_by_visible;
DROP INDEX instance_by_due_created;
DROP INDEX instance_by_due;
DROP INDEX instance_by_step_created;
DROP INDEX instance_by_step;
DROP INDEX instance_by_owner_created;
DROP INDEX instance_by_owner;
DROP INDEX instance_by_app_created;
DROP INDEX instance_by_app;
ALTER TABLE instance DROP COLUMN bits;
ALTER TABLE instance DROP COLUMN visible_span;
ALTER TABLE instance DROP COLUMN due_span;
ALTER TABLE instance DROP COLUMN at_step;
ALTER TABLE instance DROP COLUMN lagged;
CREATE INDEX instance_by_owner ON instance (owner, class, changed);
CREATE INDEX instance_by_app ON instance (app, class, changed);
CREATE INDEX instance_by_owner_created ON instance (owner, class, created) WHERE changed <> created;
CREATE INDEX instance_by_app_created ON instance (app, class, created) WHERE changed <> created;
CREATE INDEX instance_by_step ON instance (app, step, changed) WHERE step <> 'Archived';
CREATE INDEX instance_by_step_created ON instance (app, step, created) WHERE step <> 'Archived';
CREATE INDEX instance_by_due ON instance (app, due >> 41, changed, number, due) WHERE due IS NOT NULL;
CREATE INDEX instance_by_due_created ON instance (app, due >> 41, created, number, due) WHERE due IS NOT NULL;
CREATE INDEX instance_by_visible ON instance (app, visible >> 41, changed, number, visible) WHERE visible IS NOT NULL;
CREATE INDEX instance_by_visible_created ON instance (app, visible >> 41, created, number, visible) WHERE visible IS NOT NULL;
CREATE TABLE label (
    label    TEXT NOT NULL,
    app      INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    instance INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    PRIMARY KEY (label, app, changed, instance)
) WITHOUT ROWID;
CREATE INDEX label_by_created ON label (label, app, created, instance);
INSERT OR IGNORE INTO label SELECT value, app, changed, number, created FROM instance, json_each(labels) WHERE labels IS NOT NULL;
CREATE TABLE gram (
    gram     TEXT NOT NULL,
    instance INTEGER NOT NULL,
    PRIMARY KEY (gram, instance)
) WITHOUT ROWID;
INSERT OR IGNORE INTO gram SELECT lower(substr(presentation, n, 3)), number FROM instance, place WHERE n <= length(presentation) - 2;
-- +goose StatementBegin
CREATE TRIGGER instance_labels_changed AFTER UPDATE OF labels, changed ON instance WHEN OLD.labels IS NOT NULL OR NEW.labels IS NOT NULL BEGIN
    DELETE FROM label WHERE label IN (SELECT value FROM json_each(OLD.labels)) AND app = OLD.app AND changed = OLD.changed AND instance = OLD.number;
    INSERT OR IGNORE INTO label SELECT value, NEW.app, NEW.changed, NEW.number, NEW.created FROM json_each(NEW.labels);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER instance_labels_gone AFTER DELETE ON instance WHEN OLD.labels IS NOT NULL BEGIN
    DELETE FROM label WHERE label IN (SELECT value FROM json_each(OLD.labels)) AND app = OLD.app AND changed = OLD.changed AND instance = OLD.number;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER instance_text_changed AFTER UPDATE OF presentation ON instance WHEN OLD.presentation <> NEW.presentation BEGIN
    DELETE FROM gram WHERE gram IN (SELECT lower(substr(OLD.presentation, n, 3)) FROM place WHERE n <= length(OLD.presentation) - 2) AND instance = OLD.number;
    INSERT OR IGNORE INTO gram SELECT lower(substr(NEW.presentation, n, 3)), NEW.number FROM place WHERE n <= length(NEW.presentation) - 2;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER instance_text_gone AFTER DELETE ON instance WHEN OLD.presentation <> '' BEGIN
    DELETE FROM gram WHERE gram IN (SELECT lower(substr(OLD.presentation, n, 3)) FROM place WHERE n <= length(OLD.presentation) - 2) AND instance = OLD.number;
END;
-- +goose StatementEnd
