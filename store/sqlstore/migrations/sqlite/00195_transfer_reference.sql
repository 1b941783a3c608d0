-- +goose Up
-- A sender's transfers by its own reference, in the order of lists.
CREATE INDEX transfer_by_reference ON transfer (sender, app, reference, created) WHERE reference <> '';

-- +goose Down
DROP INDEX transfer_by_reference;
