// Package sqlstore keeps rows in SQL: the driver of [store.Store] for SQLite.
//
// It owns the schema (migrations/), the statements, the group-commit writer and
// the checkpoints. It knows no rules: what may be stored is rest/core's. All
// that is particular to SQLite stands in sqlite.go, file.go and checkpoint.go.
//
// # One submission, few rows
//
// What a submission leaves behind is five rows and at most a handful of index
// entries: instance, element, content, receipt (with its sub-receipts, whose ids
// follow its own), and one journal row that holds the events and the steps
// entered by one update. Numbers come from one counter row that a whole group
// of updates reads and writes once.
//
// # How receipts are found by reference
//
// A receipt's row keeps its references word for word. Most of them follow from
// what is indexed anyway and get no row of their own:
//
//	WorkFlowReference          the number of the receipt's instance
//	ArchiveReference           "AR" + the number of the receipt's instance
//	ExternalShipmentReference  the reference of the receipt's instance
//	OwnerPartyReference,       an official number that the receipt's party has
//	PartyReference             or had (party_number keeps all)
//
// Everything else, such as SendersReference, the shipment reference of a
// rejected submission, or what UpdateReceipt adds, gets a row in
// receipt_reference. A search takes the candidates of both ways and keeps
// those whose own list has the reference.
package sqlstore
