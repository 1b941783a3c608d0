-- +goose Up
-- A party's receipts are listed in the total order (changed, id); what else they
-- are filtered by is read from the index.
DROP INDEX receipt_by_party;
CREATE INDEX receipt_by_party ON receipt (party, changed, id, kind, status);
-- Elements by the reference that their sender gave them.
CREATE INDEX element_by_reference ON element (sender_reference, instance) WHERE sender_reference <> '';

-- +goose Down
DROP INDEX element_by_reference;
DROP INDEX receipt_by_party;
CREATE INDEX receipt_by_party ON receipt (party, changed);
