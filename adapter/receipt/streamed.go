package receipt

import (
	"time"

	"overgang/rest"
)

// Streamed is ReceiptExternalStreamedBE, the answer to an upload, in which all
// but the ids is text.
type Streamed struct {
	LastChanged       string
	ParentReceiptId   int32
	ReceiptHistory    string
	ReceiptId         int32
	ReceiptStatusCode string
	ReceiptText       string
	ReceiptTypeName   string
}

// streamedTime is how LastChanged was written, in local time: as .NET writes a
// time in the Norwegian culture (contracts, "Streamed endpoints").
const streamedTime = "02.01.2006 15:04:05"

// AsStreamed renders r. zone is the zone of LastChanged.
func AsStreamed(r *rest.Receipt, zone *time.Location) Streamed {
	return Streamed{
		LastChanged:       local(r.Changed, zone).Format(streamedTime),
		ParentReceiptId:   r.Parent,
		ReceiptHistory:    r.History,
		ReceiptId:         r.ID,
		ReceiptStatusCode: string(status(r.Status)),
		ReceiptText:       r.Text,
		ReceiptTypeName:   string(kindV2(r.Kind)),
	}
}

// local is a time in a zone. The zero time, of a receipt that was not stored, is
// .NET's DateTime.MinValue, which is the same in all.
func local(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}
