-- +goose Up
-- What a list filters by yes or no, and how long after its making the row was
-- last changed, in one small number: lists visit the classes that fit, each in
-- its index's order. Bits as in class.go.
ALTER TABLE instance ADD COLUMN class INTEGER GENERATED ALWAYS AS (
    (archived IS NOT NULL)
    | ((step = 'Archived') << 1)
    | ((soft_deleted IS NOT NULL) << 2)
    | ((hard_deleted IS NOT NULL) << 3)
    | ((confirmed IS NOT NULL) << 4)
    | ((CASE
        WHEN changed = created THEN 0
        WHEN changed < created THEN 8
        WHEN changed - created <= 3600000000 THEN 1
        WHEN changed - created <= 86400000000 THEN 2
        WHEN changed - created <= 345600000000 THEN 3
        WHEN changed - created <= 1382400000000 THEN 4
        WHEN changed - created <= 5529600000000 THEN 5
        WHEN changed - created <= 22118400000000 THEN 6
        ELSE 7 END) << 5)
) VIRTUAL;

DROP INDEX instance_by_owner;
DROP INDEX instance_by_app;
CREATE INDEX instance_by_owner ON instance (owner, class, changed);
CREATE INDEX instance_by_app ON instance (app, class, changed);
-- What was never changed has its place by creation in the two above.
CREATE INDEX instance_by_owner_created ON instance (owner, class, created) WHERE changed <> created;
CREATE INDEX instance_by_app_created ON instance (app, class, created) WHERE changed <> created;
CREATE INDEX instance_by_step ON instance (app, step, changed) WHERE step <> 'Archived';
CREATE INDEX instance_by_step_created ON instance (app, step, created) WHERE step <> 'Archived';
-- Dates by spans of 2^41 µs (25 days): inside a span in the list's order.
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

-- Every three characters that a presentation has in a row, ASCII in lower case.
CREATE TABLE gram (
    gram     TEXT NOT NULL,
    instance INTEGER NOT NULL,
    PRIMARY KEY (gram, instance)
) WITHOUT ROWID;
-- 1 to 1024: where a gram may begin.
CREATE TABLE place (n INTEGER PRIMARY KEY);
INSERT INTO place WITH RECURSIVE p (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM p WHERE n < 1024) SELECT n FROM p;
INSERT OR IGNORE INTO gram SELECT lower(substr(presentation, n, 3)), number FROM instance, place WHERE n <= length(presentation) - 2;

-- New rows have no trigger: every insert would pay for it, CreateInstance knows
-- which ones need these rows.
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

-- +goose Down
DROP TRIGGER instance_text_gone;
DROP TRIGGER instance_text_changed;
DROP TRIGGER instance_labels_gone;
DROP TRIGGER instance_labels_changed;
DROP TABLE place;
DROP TABLE gram;
DROP TABLE label;
DROP INDEX instance_by_visible_created;
DROP INDEX instance_by_visible;
DROP INDEX instance_by_due_created;
DROP INDEX instance_by_due;
DROP INDEX instance_by_step_created;
DROP INDEX instance_by_step;
DROP INDEX instance_by_app_created;
DROP INDEX instance_by_owner_created;
DROP INDEX instance_by_app;
DROP INDEX instance_by_owner;
ALTER TABLE instance DROP COLUMN class;
CREATE INDEX instance_by_owner ON instance (owner, changed);
CREATE INDEX instance_by_app ON instance (app, changed);
