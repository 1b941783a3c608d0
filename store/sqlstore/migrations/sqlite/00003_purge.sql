-- +goose Up
-- What waits to be purged: few rows of many.
CREATE INDEX instance_by_hard_deleted ON instance (hard_deleted) WHERE hard_deleted IS NOT NULL;

-- +goose Down
DROP INDEX instance_by_hard_deleted;
