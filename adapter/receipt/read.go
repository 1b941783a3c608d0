package receipt

import (
	"strings"
	"time"

	"overgang/rest"
)

// Codes of the errors that the receipt operations answer with, by which the
// fault table finds the documented error id.
const (
	CodeNone     = "receipt-none"     // 30008
	CodeType     = "receipt-type"     // 30101
	CodeDates    = "receipt-dates"    // 30102
	CodeKey      = "receipt-key"      // 0: id and archive reference, or neither
	CodeInput    = "receipt-input"    // 0: status or text missing
	CodeSubInput = "receipt-subinput" // 0: sub-receipt without its id
)

// The texts are ours; that both and neither are errors is documented for
// UpdateReceipt, with error id 0 for each.
var (
	errBothKeys   = rest.Errorf(rest.Invalid, CodeKey, "Cannot have both receipt id and archive reference as input")
	errNeitherKey = rest.Errorf(rest.Invalid, CodeKey, "Either receipt id or archive reference must be given")
)

// search reads a search: by id, else by the first reference that has a value
// (documented: only one reference is used). Finding by nothing finds nothing.
func search(id int32, refs []rest.Reference) (rest.ReceiptSearch, error) {
	if id != 0 {
		return rest.ReceiptSearch{ID: id}, nil
	}
	for _, r := range refs {
		r.Value = strings.TrimSpace(r.Value)
		if r.Value != "" && r.Type != "" && r.Type != "NotSet" {
			return rest.ReceiptSearch{References: []rest.Reference{r}}, nil
		}
	}
	return rest.ReceiptSearch{}, rest.Errorf(rest.NotFound, CodeNone, "")
}

// change reads a change of a top receipt.
func change(id int32, archive string, s rest.ReceiptStatus, text string, refs []rest.Reference) (rest.ReceiptChange, error) {
	archive = strings.TrimSpace(archive)
	switch {
	case id != 0 && archive != "":
		return rest.ReceiptChange{}, errBothKeys
	case id == 0 && archive == "":
		return rest.ReceiptChange{}, errNeitherKey
	}
	return checked(rest.ReceiptChange{ID: id, Archive: archive, Status: s, Text: text, References: refs})
}

// subChange reads a change of a sub-receipt, which only its id identifies.
func subChange(id int32, s rest.ReceiptStatus, text string, refs []rest.Reference) (rest.ReceiptChange, error) {
	if id == 0 {
		return rest.ReceiptChange{}, rest.Errorf(rest.Invalid, CodeSubInput, "A sub-receipt must be identified by its receipt id")
	}
	return checked(rest.ReceiptChange{ID: id, Status: s, Text: text, References: refs})
}

// checked holds what is documented of status, text and references: the first
// two are obligatory, NotSet and OwnerPartyReference cannot be added.
func checked(ch rest.ReceiptChange) (rest.ReceiptChange, error) {
	if ch.Status == "" || ch.Status == rest.StatusNotSet {
		return ch, rest.Errorf(rest.Invalid, CodeInput, "The receipt's new status must be given, and cannot be NotSet")
	}
	if strings.TrimSpace(ch.Text) == "" {
		return ch, rest.Errorf(rest.Invalid, CodeInput, "The receipt's new text must be given")
	}
	for _, r := range ch.References {
		if r.Type == "" || r.Type == "NotSet" || r.Type == rest.RefOwnerParty {
			return ch, rest.Errorf(rest.Invalid, CodeInput, "References of type NotSet and OwnerPartyReference cannot be added")
		}
	}
	return ch, nil
}

// Filter reads what GetReceiptList lists. NotSet cannot be searched for, nor
// dates in reverse. A date without a time is that day's start, as dateTo too.
func Filter(kind rest.ReceiptKind, from, to time.Time) (rest.ReceiptFilter, error) {
	if kind == "" || kind == rest.ReceiptNotSet {
		return rest.ReceiptFilter{}, rest.Errorf(rest.Invalid, CodeType, "Cannot search for receipts of type NotSet")
	}
	if !from.IsZero() && !to.IsZero() && from.After(to) {
		return rest.ReceiptFilter{}, rest.Errorf(rest.Invalid, CodeDates, "The from date is later than the to date")
	}
	return rest.ReceiptFilter{Kind: kind, From: from, To: to}, nil
}

// None turns the core's NotFound into the documented 30008. Absent and
// somebody else's read the same.
func None(err error) error {
	switch rest.KindOf(err) {
	case rest.NotFound, rest.Forbidden, rest.Gone:
		return &rest.Error{Kind: rest.NotFound, Code: CodeNone, Err: err}
	}
	return err
}
