-- +goose Up
-- Validations and tests are found past however many events that wait.
CREATE INDEX delivery_notices ON delivery (subscription, next, id) WHERE kind <> 'event';

-- +goose Down
DROP INDEX delivery_notices;
