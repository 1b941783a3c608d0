package stories

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"

	"overgang/wsdl"
)

// operations of a month, in the order in which the team moves them.
var operations = []string{"prefill", "submit", "confirmed", "inbox", "read", "confirm", "archive", "form", "attachment"}

// TestMigration is interop/scenarios/migration in every flavour: one operation
// after the other moves, from the first or from the last on, and everything that is
// to be seen of a month stays as it was in the first.
func TestMigration(t *testing.T) {
	everyFlavour(t, func(t *testing.T, town *town, old *legacy) {
		before, after := oldWay{old}, newWay{old.moved(), town.env}
		agency := town.agency(t, "APP")
		form, prefill := report(town.env, t)
		var first []string
		for n, moved := range ways() {
			with := func(operation string) way {
				if slices.Contains(moved, operation) {
					return after
				}
				return before
			}
			archived := month(t, agency, with, fmt.Sprintf("forslag-%s-%d", old.flavour, n), form, prefill)
			seen := views(t, before, after, archived)
			if first == nil {
				first = seen
			}
			if diff := cmp.Diff(first, seen); diff != "" {
				t.Errorf("with %v over HTTP:\n%s", moved, diff)
			}
		}
		if len(first) < 150 {
			t.Errorf("only %d lines were compared", len(first))
		}
	})
}

// ways are what has moved in each month: nothing, the first operations, the last ones.
func ways() (list [][]string) {
	for n := range len(operations) + 1 {
		list = append(list, operations[:n])
	}
	for n := 1; n < len(operations); n++ {
		list = append(list, operations[n:])
	}
	return list
}

// month plays one month and returns its archive reference.
func month(t *testing.T, agency *agency, with func(operation string) way, reference, form, prefill string) string {
	t.Helper()
	const lists, letter, title = "ansatt;brutto\r\n1;40429,00\r\n", "Beregning: 13 100,70\n", "Svar på lønnsmelding"
	agency.offer(reference, prefill)
	if got := with("prefill").prefill(reference); got != prefill {
		t.Errorf("prefill: %s", got)
	}
	archived := with("submit").submit(form, lists)
	instance, content := agency.fetch(archived)
	if content["default"] != form || content["vedlegg"] != lists {
		t.Errorf("the agency got %v", content)
	}
	early := with("confirmed").confirmed(archived)
	agency.acknowledge(instance)
	if early || !with("confirmed").confirmed(archived) {
		t.Errorf("confirmed before: %v", early)
	}
	agency.answer(archived, title, letter)
	if got := with("inbox").inbox(archived); got != "Lønnsmelding (oppdiktet), Archive; "+title+", NotOpenedConfirmationReq" {
		t.Errorf("inbox: %s", got)
	}
	if gotTitle, gotLetter := with("read").read(archived); gotTitle != title || gotLetter != letter {
		t.Errorf("read %s, %s", gotTitle, gotLetter)
	}
	with("confirm").confirm(archived)
	with("archive").archive(archived)
	if with("form").form(archived) != strings.ReplaceAll(form, "\r\n", "\n") || with("attachment").attachment(archived) != lists {
		t.Error("the archive has something else")
	}
	return archived
}

// views is everything that is to be seen of a month, over SOAP and over HTTP, as
// lines without what is of one month only.
func views(t *testing.T, old oldWay, now newWay, archived string) (lines []string) {
	t.Helper()
	number, reply := old.number(archived), old.answer(archived)
	box := old.call("GetReporteeElementListV2", fields{"searchBE": search(old.town.env.Get("ORG")), "languageID": bokmaal})
	mail := old.call("GetCorrespondenceListForReportee", fields{"reportee": old.town.env.Get("ORG"), "languageID": bokmaal,
		"fromDate": time.Now().AddDate(-1, 0, 0), "toDate": time.Now().AddDate(1, 0, 0)})
	entry := "ReporteeElementBE"
	if old.flavour == wsdl.EC2 {
		entry = "ReporteeElementBEV2"
	}
	answers := []*answer{
		old.receipt("ArchiveReference", archived), box.one("ReporteeElementBEV2", "ReporteeElementId", number), box.one("ReporteeElementBEV2", "ReporteeElementId", reply),
		old.call("GetFormSetElementsV2", fields{"reporteeElementID": number, "languageID": bokmaal}), old.task(archived),
		old.call("GetCorrespondenceForEndUserSystemV2", fields{"correspondenceID|reporteeElementID": reply, "languageID": bokmaal}),
		old.call("GetArchivedCorrespondence", fields{"archiveId": reply}),
		mail.one(entry, "ReporteeElementId", reply), old.call("GetFormSetData", fields{"reporteeElementID": number, "languageID": bokmaal}),
	}
	if old.flavour != wsdl.EC2 { // which has no such service
		answers = append(answers, old.call("GetProcessDetailsV3", fields{"reporteeElementID": number}))
	}
	for _, a := range answers {
		lines = append(lines, old.lines(a)...)
	}
	instance, message := now.find(archived, "")[0], now.answer(archived)
	for _, o := range []object{
		instance, now.get("/storage/instances/" + instance.text("id") + "/process"), now.get(messages + "/" + message.text("correspondenceId") + "/details"),
		{"form": now.form(archived), "attachment": now.attachment(archived), "letter": now.letter(message)},
	} {
		text, err := json.MarshalIndent(o, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, old.masked(string(text))...)
	}
	return lines
}

// What tells one month from another.
var passing = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?`), "TIME"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "ID"},
	{regexp.MustCompile(`\b(AR)?1\d{6}\b`), "${1}NUMBER"},
}

func (l *legacy) masked(text string) []string {
	for _, p := range passing {
		text = p.pattern.ReplaceAllString(text, p.name)
	}
	return strings.Split(text, "\n")
}

// lines are the elements of an answer with their text, one each, without what is
// told over SOAP only: the system's number.
func (l *legacy) lines(a *answer) (out []string) {
	var walk func(e *etree.Element)
	walk = func(e *etree.Element) {
		if e.Tag == "EndUserSystemID" {
			return
		}
		if text := strings.TrimSpace(e.Text()); text != "" {
			out = append(out, l.masked(e.Tag+" "+text)...)
		}
		for _, c := range e.ChildElements() {
			walk(c)
		}
	}
	at := a.at
	if body := a.all("Body"); len(body) > 0 {
		at = body[0].at
	}
	walk(at)
	return out
}
