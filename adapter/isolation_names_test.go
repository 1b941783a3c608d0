package adapter_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// Parameters that name a party.
var partyNames = []string{"reportee", "reporteenumber", "reporteeid"}

// Parameters that name a record of somebody: the numbers and references that an
// earlier answer had.
var recordNames = append([]string{"parentreference", "caseid", "int"}, ownRecords...)

// ownRecords are those of them that calls are about.
var ownRecords = []string{
	"reporteeelementid", "correspondenceid", "attachmentid", "receiptid", "archiveid",
	"archivereference", "referencevalue", "filereference", "reference", "reporteeelementcode",
}

// naming replaces what a call names; nil leaves it.
type naming struct {
	parties func(value string) string
	records func(name, value string) string
}

// in is a copy of an element with other names; all there are, old or new, are
// put into sent.
func (n naming) in(e *etree.Element, sent map[string]bool) *etree.Element {
	e = e.Copy()
	for _, f := range append(e.FindElements(".//*"), e) {
		if len(f.ChildElements()) > 0 || f.Text() == "" || f.Text() == "0" {
			continue
		}
		name, value := strings.ToLower(f.Tag), f.Text()
		if strings.Contains(f.NamespaceURI(), nsWSSE) || strings.Contains(f.NamespaceURI(), nsDS) {
			continue
		}
		switch {
		case slices.Contains(partyNames, name):
			if n.parties != nil {
				value = n.parties(value)
			}
		case slices.Contains(recordNames, name):
			if n.records != nil {
				value = n.records(name, value)
			}
		default:
			continue
		}
		sent[value] = true
		f.SetText(value)
	}
	return e
}

// ownParty is the stranger's.
func ownParty(string) string { return strangersParty }

// foreignParty is the stranger's, or the person's who is one, whichever is of the
// same kind.
func foreignParty(value string) string {
	switch len(value) {
	case 11:
		return strangers.person.ssn
	case 9:
		return strangersParty
	}
	return value // no number
}

// absentParty is a number that nobody has, of the same kind.
func absentParty(value string) string {
	switch len(value) {
	case 11:
		return "01810110321"
	case 9:
		return "310010049"
	}
	return value // no number
}

var (
	onlyDigits = regexp.MustCompile(`^\d+$`)
	guid       = regexp.MustCompile(`^[0-9a-fA-F]{8}-`)
	numbers    = regexp.MustCompile(`\d+$`)
)

// absentRecord is what names no record, in the same form.
func absentRecord(name, value string) string {
	switch {
	case guid.MatchString(value):
		return "99999999" + value[8:]
	case onlyDigits.MatchString(value) && (len(value) == 9 || len(value) == 11) && name == "referencevalue":
		return absentParty(value)
	case numbers.MatchString(value) && (onlyDigits.MatchString(value) || strings.HasPrefix(strings.ToUpper(value), "A")):
		n, _ := strconv.Atoi(numbers.FindString(value))
		return numbers.ReplaceAllString(value, strconv.Itoa(1_999_000_000+n%1_000_000))
	}
	return value + "-borte"
}

// ownReceipts are the numbers of receipts for what was rejected.
var ownReceipts = regexp.MustCompile(`<ReceiptId>\d+<`)

// without is a text with all that a call named replaced by one sign.
func without(text string, sent map[string]bool) string {
	var all []string
	for value := range sent {
		all = append(all, value, strings.ToUpper(value), strings.ToLower(value))
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	text = ownReceipts.ReplaceAllString(text, "<ReceiptId>#<")
	for _, value := range all {
		text = regexp.MustCompile(`\b`+regexp.QuoteMeta(esc(value))+`\b`).ReplaceAllString(text, "#")
	}
	return text
}
