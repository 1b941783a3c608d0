-- +goose Up
-- The language that parties and systems are answered in where a call names none.
ALTER TABLE party ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN system_language TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE account DROP COLUMN system_language;
ALTER TABLE party DROP COLUMN language;
