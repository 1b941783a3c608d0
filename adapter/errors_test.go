package adapter_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"overgang/adapter"
	"overgang/adapter/message"
	"overgang/rest/api"
	"overgang/rest/api/broker"
	"overgang/rest/api/cases"
	"overgang/rest/api/correspondence"
	"overgang/rest/api/events"
	"overgang/rest/api/inbox"
	"overgang/rest/api/lookup"
	"overgang/rest/api/prefill"
	"overgang/rest/api/receipt"
	"overgang/soap"
	"overgang/wsdl"
)

// problems are the codes of every face of the HTTP API, as "409 case-closed".
func problems() map[string]bool {
	all := map[string]bool{}
	for _, codes := range [][]api.ProblemCode{
		api.ProblemCodes(), broker.ProblemCodes(), cases.ProblemCodes(), correspondence.ProblemCodes(), events.ProblemCodes(),
		inbox.ProblemCodes(), lookup.ProblemCodes(), prefill.ProblemCodes(), receipt.ProblemCodes(),
	} {
		for _, c := range codes {
			for _, status := range c.Status {
				all[strconv.Itoa(status)+" "+c.Code] = true
			}
		}
	}
	return all
}

// rowsOf are an operation's rows, by service and base; with "" those of all.
func rowsOf(services []soap.Service, service, base string) (rows []soap.Operation) {
	for _, s := range services {
		for _, op := range s.Operations {
			if (service == "" || s.Name == service) && (base == "" || op.Base == base) {
				rows = append(rows, op)
			}
		}
	}
	return rows
}

// faultCase links to golden cases with the id, one a flavour.
func faultCase(all map[string][]shownCase, rows []soap.Operation, d documented, was string) string {
	var links []string
	for _, flavour := range flavours {
		var list []string
		for _, op := range rows {
			list = append(list, op.Names[flavour]...)
		}
		if link := example(all, flavour, list, was, func(c shownCase) bool { return c.id == d.id && strings.Contains(c.says, d.says) }); link != "" && !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	return strings.Join(links, ", ")
}

const errorsPath = "../docs/errors.md"

const errorsHead = `# Errors

Every error id that the old documentation lists, operation by operation: when it comes, the text that goes with it, what the HTTP
API answers in the same situation, and the golden cases that show it. Written by ` + "`go test ./adapter -run Errors -update`" + `.

- An id is a SOAP fault with AltinnFault as its detail: SOAP 1.1 ` + "`s:Client`" + ` in Basic, SOAP 1.2 ` + "`s:Sender`" + ` in WS and EC2, HTTP status 500.
- AltinnErrorMessage is English, and may say more than the text here; AltinnLocalizedErrorMessage is in the
  [caller's language](divergences.md#faults).
- First and second generations of an operation answer alike.
- A request that breaks a rule without an id of its own is error 0, and so is whatever is unexpected.
`

// errorsDocument renders docs/errors.md, and lists its holes.
func errorsDocument(t *testing.T) (text string, holes []string) {
	t.Helper()
	contract, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	all, services, known := shownCases(t, contract), adapter.Services(adapter.Config{}), problems()
	hole := func(format string, args ...any) { holes = append(holes, fmt.Sprintf(format, args...)) }
	before := rowsBefore(errorsPath, 3)
	var b strings.Builder
	b.WriteString(errorsHead)
	for _, s := range documentation {
		title := s.service
		if title == "" {
			title = "Every service"
		}
		fmt.Fprintf(&b, "\n## %s\n\n| operation | id | when | text | over HTTP | golden case |\n|---|---|---|---|---|---|\n", title)
		for _, d := range s.errors {
			rows := rowsOf(services, s.service, d.base)
			if len(rows) == 0 {
				hole("%s.%s is no operation", s.service, d.base)
			}
			shown, at := faultCase(all, rows, d, before(title, orAll(d.base), d.id, d.when)), "–"
			switch {
			case d.why != "":
				shown = "– " + d.why
			case shown == "":
				hole("%s.%s: no golden case shows %s", s.service, d.base, d.id)
			case d.http == "":
				hole("%s.%s, %s: no equivalent over HTTP", s.service, d.base, d.id)
			}
			if strings.HasPrefix(d.http, "– ") {
				at = d.http
			} else if d.http != "" {
				status, code, _ := strings.Cut(d.http, " ")
				if at = status + " `" + code + "`"; !known[d.http] {
					hole("%s.%s, %s: the HTTP API has no problem %s", s.service, d.base, d.id, d.http)
				}
			}
			b.WriteString("| " + strings.Join([]string{orAll(d.base), d.id, d.when, textOf(d), at, shown}, " | ") + " |\n")
		}
	}
	b.WriteString("\n## Ids that are not answered\n\n| ids | why |\n|---|---|\n")
	for _, e := range elsewhere {
		b.WriteString("| " + e[0] + " | " + e[1] + " |\n")
	}
	return b.String(), holes
}

func orAll(base string) string {
	if base == "" {
		return "all"
	}
	return base
}

// textOf is the text that comes with an id.
func textOf(d documented) string {
	if text := message.Text("en", d.id, "", ""); text != "" {
		return text
	}
	return "–"
}

// TestErrorsDocument keeps docs/errors.md what the table, the golden cases and
// the HTTP API say, without a hole; -update writes it.
func TestErrorsDocument(t *testing.T) {
	text, holes := errorsDocument(t)
	for _, hole := range holes {
		t.Errorf("hole: %s", hole)
	}
	keepDocument(t, errorsPath, text)
}

// TestEveryIdIsDocumented: no fault has an id that docs/errors.md does not list
// at the operation, its other generation, or all of them.
func TestEveryIdIsDocumented(t *testing.T) {
	contract, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, s := range documentation {
		for _, d := range s.errors {
			listed[d.id] = listed[d.id] || d.why == ""
		}
	}
	for operation, list := range shownCases(t, contract) {
		for _, c := range list {
			if c.id != "" && !listed[c.id] {
				t.Errorf("%s in %s: error %s is not in the table", operation, c.file, c.id)
			}
		}
	}
	for _, key := range message.Keys("en") {
		if id, _, _ := strings.Cut(key, "/"); !listed[id] {
			t.Errorf("the texts of %s are of no documented id", key)
		}
	}
}
