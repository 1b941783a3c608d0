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
//
// # How lists are read
//
// A list is in the total order (time, number), and what it asks for may be
// anything. Every index of lists begins with what it is for (an application's
// class of instances, a party, a label, a step, a span of dates), goes on with
// the order, and ends with all that other filters ask for; so what a list passes
// over costs a tenth of a microsecond and no instance is fetched that is not on
// the page, but for a text. A walk reads windows of time, each by one statement
// over all parts of one index. Any index that a filter has will do for any
// window: each that could serve is tried, and whichever gets furthest along the
// list for what it costs reads on. Where few rows can match (a rare text, a
// short range of the time that the list is not ordered by), they are all read
// and sorted, once the walk has cost as much.
//
// A text is looked for by the runs of three characters that it has (table gram),
// and in an index by the bits of its pairs of characters.
package sqlstore
