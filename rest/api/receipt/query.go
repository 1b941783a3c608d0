package receipt

import (
	"fmt"
	"slices"
	"strings"

	"overgang/rest"
	"overgang/rest/api"
)

// What receipts are searched by.
var (
	types      = []string{string(rest.ReceiptFormTask), string(rest.ReceiptCorrespondence), string(rest.ReceiptBroker)}
	statuses   = []string{string(rest.StatusOK), string(rest.StatusUnexpected), string(rest.StatusValidationFailed), string(rest.StatusRejected)}
	references = []string{
		string(rest.RefShipment), string(rest.RefSender), string(rest.RefWorkflow), string(rest.RefArchive), string(rest.RefReceiver),
		string(rest.RefSystem), string(rest.RefParent), "OutboundShipmentReference", "BatchReference", "Altinn1Reference",
	}
)

// query reads the filters.
func query(p ListReceiptsParams) (q rest.ReceiptQuery, err error) {
	q = rest.ReceiptQuery{Kind: rest.ReceiptKind(p.ReceiptType), Status: rest.ReceiptStatus(p.ReceiptStatus)}
	if q.Party, err = api.PartyOfList(p.Party, p.XInstanceOwner); err != nil {
		return q, err
	}
	switch {
	case (p.ReferenceType == "") != (p.ReferenceValue == ""):
		return q, rest.Errorf(rest.Invalid, "reference-incomplete", "Give referenceType and referenceValue together.")
	case p.ReferenceType != "" && !slices.Contains(references, p.ReferenceType):
		return q, rest.Errorf(rest.Invalid, "reference-type", "referenceType is one of %s. Parties are named by party or by the header X-Instance-Owner.", strings.Join(references, ", "))
	case p.ReceiptType != "" && !slices.Contains(types, p.ReceiptType):
		return q, rest.Errorf(rest.Invalid, "type-invalid", "receiptType is one of %s.", strings.Join(types, ", "))
	case p.ReceiptStatus != "" && !slices.Contains(statuses, p.ReceiptStatus):
		return q, rest.Errorf(rest.Invalid, "status-invalid", "receiptStatus is one of %s.", strings.Join(statuses, ", "))
	}
	q.Reference = rest.Reference{Type: rest.ReferenceType(p.ReferenceType), Value: p.ReferenceValue}
	if q.Party == (rest.PartyRef{}) && q.Reference.Value == "" {
		return q, rest.Errorf(rest.Invalid, "party-missing", "Name the party by party or by the header X-Instance-Owner, or a reference.")
	}
	if q.Changed, err = api.DateRange("lastChangedDateTime", p.LastChangedDateTime); err != nil {
		return q, err
	}
	if q.Limit, err = api.PageSize(p.Size); err != nil {
		return q, err
	}
	switch p.Sort {
	case "", "-lastChangedDateTime":
		q.Descending = true
	case "lastChangedDateTime":
	default:
		return q, rest.Errorf(rest.Invalid, "sort-invalid", "sort is lastChangedDateTime or -lastChangedDateTime.")
	}
	return q, nil
}

// bounds is what a cursor is bound to: the query that it goes on with, and the caller.
func bounds(p ListReceiptsParams, c rest.Caller) string {
	return fmt.Sprintf("receipt %q %q %+q", c.Name(), c.Issuer, []any{
		p.Party, p.XInstanceOwner, p.ReferenceType, p.ReferenceValue, p.ReceiptType, p.ReceiptStatus, slices.Sorted(slices.Values(p.LastChangedDateTime)), p.Sort,
	})
}
