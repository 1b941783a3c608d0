-- +goose Up
-- The rights that a request took: what is told again is told to who has them still.
ALTER TABLE repeat ADD COLUMN needs BLOB;

-- +goose Down
ALTER TABLE repeat DROP COLUMN needs;
