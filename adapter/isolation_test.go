package adapter_test

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/beevik/etree"
	"github.com/rogpeppe/go-internal/txtar"

	"overgang/rest"
	"overgang/soap"
	"overgang/wsdl"
)

// Nobody sees another party's data, and nobody does what his rights are not
// enough for. The golden cases are the calls: before each one that is answered,
// others make it, who exist, log in as they should, and may not. What they are
// told has to be what they would be told of a party or a record that is not
// there, and what is stored has to stay as it is; then the call goes its way, and
// is answered as ever. A new operation with golden cases is in here by that
// alone; one that nobody was refused fails the last test.
func TestIsolation(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(golden, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	d := newDictionary(t)
	proven := &proofs{}
	t.Run("cases", func(t *testing.T) {
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				t.Parallel()
				isolate(t, d, file, proven)
			})
		}
	})
	if !t.Failed() {
		t.Run("every operation", func(t *testing.T) { proven.check(t, d) })
	}
}

// everybodys are operations that say the same to whoever has credentials: what
// the registry has of services, and how long the queue is.
var everybodys = []string{
	"Test", "GetAuthenticationChallenge", "GetAvailableServicesV2", "GetAvailableServicesV3", "GetFormTaskSchemaDefinitions",
	"GetAltinnSubmissionStatus", "GetCertificates",
}

// everybodys says whether a call is one of those. A signing text is a service's,
// unless an element is named.
func (c call) everybodys() bool {
	return slices.Contains(everybodys, c.row.Base) || c.row.Base == "GetSigningText" && !c.namesRecords()
}

// isolate carries a case out, with the others' tries in between.
func isolate(t *testing.T, d *dictionary, file string, proven *proofs) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var state []byte
	for _, f := range archive.Files {
		if f.Name == "state" {
			state = f.Data
		}
	}
	s := newStack(t, state, soap.Limits{})
	s.admitOthers(t)
	v := newVault(t, s)
	for i, f := range archive.Files {
		if f.Name != "request" {
			continue
		}
		c, parsed := d.parse(f.Data)
		if c.wait != "" {
			clear(s.sessions) // they may have ended
		}
		req := parseRequest(t, s, f.Data)
		want := meaningOf(archive.Files[i+1].Data, c.target)
		if parsed && want.fault == nil && want.wrong == "" && !c.everybodys() {
			(&trial{t: t, s: s, v: v, call: c, at: c.target, proven: proven}).run(d)
		}
		rec := httptest.NewRecorder()
		s.answer(t, rec, req)
		if !parsed {
			continue
		}
		if got := meaningOf(rendered(rec), c.target); (got.fault == nil) != (want.fault == nil) {
			t.Fatalf("after the others' tries, request %d, %s, is answered otherwise:\n%s", i, c.op.Name, rec.Body)
		}
	}
}

// trial is a call that others make.
type trial struct {
	t      *testing.T
	s      *stack
	v      *vault
	call   call
	at     target // where it is made: the call's own, or that of another flavour
	proven *proofs
}

func (r *trial) key() string { return fmt.Sprintf("%s in %s", keyOf(r.at), r.at.endpoint.Flavour) }

// run makes the call as a stranger, as it is and about what is not there; then
// with the stranger's own party, so that only the records are another's; then as
// the caller itself, of whom the records are, for a party that is another's; and
// then as one whose rights are not enough.
func (r *trial) run(d *dictionary) {
	r.v.changed() // by the calls before
	still, n := r.s.still, r.s.ids.n
	r.s.still = true
	random := r.s.random.r
	r.s.random.r = rand2()
	defer func() { r.s.still, r.s.ids.n, r.s.random.r = still, n, random }()

	key := r.key()
	foreign := r.refused("a stranger", strangers, naming{})
	for name, elsewhere := range map[string]naming{
		"the same of a party and records that are not there": {parties: absentParty, records: absentRecord},
		"the same of records that are not there":             {records: absentRecord},
	} {
		r.alike(name, foreign, r.refused(name, strangers, elsewhere))
	}
	if foreign.proves() {
		r.proven.add(key, "a stranger was refused")
	}
	if r.call.namesRecords() {
		records := r.refused("a stranger's own party with another's records", strangers, naming{parties: ownParty})
		r.alike("with records that are not there", records, r.refused("its own party, no record", strangers, naming{parties: ownParty, records: absentRecord}))
		if records.proves() {
			r.proven.add(key, "another's record was refused")
		}
	}
	if r.call.namesParties() {
		self := itself(r.call)
		another := r.refused("the caller, for a party of others", self, naming{parties: foreignParty})
		r.alike("its own records for a party that is not there", another, r.refused("the caller, for a party that is not there", self, naming{parties: absentParty}))
		if another.proves() {
			r.proven.add(key, "the caller was refused for another's party")
		}
	}
	if m := r.insufficient("a reader", readers, reads(r.call)); m.proves() || m.fault == nil {
		r.proven.add(key, "a reader was heard")
	}
	if signs(r.call) && r.s.signed(r.t, r.call) {
		for _, o := range d.byKey[keyOf(r.call.target)] {
			if r.at = o; r.insufficient("one who may write and not sign", writers, false).proves() {
				r.proven.add(r.key(), "a writer did not sign")
			}
		}
	}
}

// refused makes the call and demands that nothing comes of it.
func (r *trial) refused(who string, as others, named naming) told {
	r.t.Helper()
	var allowed []string
	own := named.parties != nil && named.parties("") == strangersParty
	if own && r.call.row.Base == "SubmitFormTask" {
		allowed = []string{"counter", "receipt", "receipt_reference"} // the stranger's own receipt
	}
	m := r.make(who, as, named, allowed)
	if m.fault == nil && !m.void() && !(own && m.rejected()) {
		r.t.Errorf("%s was answered in %s:\n%s\n%s", who, r.call.op.Name, m.request, m.text)
	}
	return m
}

// insufficient makes the call as one with some rights, which are enough only if
// it may be answered.
func (r *trial) insufficient(who string, as others, enough bool) told {
	r.t.Helper()
	var allowed []string
	if enough {
		allowed = traces[r.call.row.Base]
	}
	m := r.make(who, as, naming{}, allowed)
	if !enough && m.fault == nil {
		r.t.Errorf("%s was answered in %s:\n%s\n%s", who, r.call.op.Name, m.request, m.text)
	}
	return m
}

// alike demands that two refusals read the same.
func (r *trial) alike(name string, a, b told) {
	r.t.Helper()
	if a.text != b.text {
		r.t.Errorf("%s: %s tells that there is something:\n%s\n%s\n%s\n%s", r.call.op.Name, name, a.request, a.text, b.request, b.text)
	}
}

// make sends the call, and demands that nothing changes but the allowed tables.
func (r *trial) make(who string, as others, named naming, allowed []string) told {
	r.t.Helper()
	l := as.like(r.call, r.at.endpoint.Flavour)
	w := &writer{parts: r.call.parts, credentials: l.credentials(r.at.endpoint.Flavour)}
	sent := map[string]bool{}
	body := named.in(r.call.body, sent)
	w.element(r.at.op.Input, r.call.op.Input.Type, body, true)
	text := w.b.String()
	w.b.Reset()
	if r.call.header != nil {
		header := named.in(r.call.header, sent)
		for _, h := range r.at.op.Headers {
			w.field(h, r.call.op.Headers, header, true)
		}
	}
	request := r.at.request("", w.b.String(), text, l)
	rec := httptest.NewRecorder()
	r.s.answer(r.t, rec, parseRequest(r.t, r.s, []byte(request)))
	if changed := r.v.changed(); !within(changed, allowed) {
		r.t.Errorf("%s changed %s with %s:\n%s\n%s", who, changed, r.call.op.Name, request, rec.Body)
	}
	return told{meaning: meaningOf(rendered(rec), r.at), request: request, text: without(bodyOf(rec.Body.String()), sent)}
}

// told is what somebody was answered.
type told struct {
	meaning
	request string
	text    string // without what the call named
}

// proves says that a refusal is one for lack of rights: not of the credentials,
// and not because the request is none.
func (m told) proves() bool {
	return m.void() || m.rejected() || m.fault != nil && !m.refused() && !m.unfit() && m.fault["ErrorID"] != "989" && m.fault["ErrorID"] != ""
}

// void says that an answer has nothing in it: an empty list, or a plain no.
func (m told) void() bool {
	if m.body == nil || m.fault != nil || len(m.parts) > 0 {
		return false
	}
	for _, e := range m.body.FindElements(".//*") {
		if len(e.ChildElements()) == 0 && !slices.Contains([]string{"", "0", "false", "INVALIDINPUT"}, e.Text()) {
			return false
		}
	}
	return true
}

// rejected says that an answer is a receipt for what was sent in and not taken.
func (m told) rejected() bool {
	if m.body == nil || m.row.Base != "SubmitFormTask" {
		return false
	}
	status := m.body.FindElement(".//ReceiptStatusCode")
	return status != nil && status.Text() == "Rejected"
}

// within says that all of some names are among others.
func within(names, others []string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(others, n) })
}

// reads says whether an operation needs no more than the right to read.
func reads(c call) bool {
	for _, word := range []string{"Get", "Check", "Download"} {
		if strings.HasPrefix(c.row.Base, word) {
			return true
		}
	}
	return false
}

// traces are what reading leaves, by operation: tables.
var traces = map[string][]string{
	"GetCorrespondenceForEndUserSystem":   read,
	"GetCorrespondenceForEndUserSystemV2": read,
	"DownloadFileStreamed":                {"counter", "journal", "receipt", "transfer", "transfer_recipient", "transfer_step"},
}

var read = []string{"counter", "journal", "correspondence", "correspondence_event"} // it marks the message

// signs says whether a call signs something.
func signs(c call) bool {
	if c.row.Base == "DoSigning" {
		return true
	}
	for _, e := range c.body.FindElements(".//*") {
		if name := plainName(e.Tag); (name == "signature" || name == "signatures") && len(e.ChildElements()) > 0 {
			return true
		}
	}
	return false
}

// signed says whether the service of a call has its elements signed.
func (s *stack) signed(t *testing.T, c call) bool {
	t.Helper()
	by := rest.Caller{System: 1001}
	app := rest.AppID{}
	if code := c.body.FindElement(".//ServiceCode"); code != nil {
		a, err := s.core.Service(t.Context(), rest.ServiceRef{Code: code.Text(), Edition: 1})
		if err != nil {
			t.Fatal(err)
		}
		app = a.ID
	} else {
		n, err := strconv.ParseInt(numberIn(c.body), 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		in, err := s.core.InstanceByNumber(t.Context(), by, int32(n))
		if err != nil {
			t.Fatal(err)
		}
		app = in.App
	}
	a, err := s.core.Application(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(a.Process, func(s rest.Step) bool { return s.Kind == rest.Signing })
}

// numberIn is the element's number that a call names.
func numberIn(body *etree.Element) string {
	for _, e := range body.ChildElements() {
		if sameName(e.Tag, "reporteeElementID") {
			return e.Text()
		}
	}
	return ""
}

// proofs counts what was shown, by operation and flavour.
type proofs struct {
	mu   sync.Mutex
	seen map[string]int
}

func (p *proofs) add(key, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[string]int{}
	}
	p.seen[key+": "+what]++
}

// check demands the proofs of every operation in the tables, in each flavour.
func (p *proofs) check(t *testing.T, d *dictionary) {
	for key, inFlavours := range d.byKey {
		for flavour, o := range inFlavours {
			if slices.Contains(everybodys, o.row.Base) {
				continue
			}
			want := []string{"a stranger was refused", "a reader was heard"}
			if namesRecords(o.op) {
				want = append(want, "another's record was refused")
			}
			if takes(o.op, partyNames) {
				want = append(want, "the caller was refused for another's party")
			}
			if slices.Contains([]string{"DoSigning", "CompleteAndSignShipment", "SubmitFormTask"}, o.row.Base) {
				want = append(want, "a writer did not sign")
			}
			for _, what := range want {
				if at := fmt.Sprintf("%s in %s: %s", key, flavour, what); p.seen[at] == 0 {
					t.Errorf("never shown: %s", at)
				}
			}
		}
	}
}

// namesRecords says whether an operation must name a record.
func namesRecords(op *wsdl.Operation) bool { return takes(op, ownRecords) }

// takes says whether an operation has a parameter of one of these names, in lower
// case.
func takes(op *wsdl.Operation, of []string) bool {
	seen := map[*wsdl.Type]bool{} // types contain themselves
	var in func(fields []*wsdl.Element) bool
	in = func(fields []*wsdl.Element) bool {
		return slices.ContainsFunc(fields, func(f *wsdl.Element) bool {
			if slices.Contains(of, strings.ToLower(f.Name.Local)) {
				return true
			}
			deeper := f.Type.Kind == wsdl.KindComplex && len(f.Type.Fields) < 8 && !seen[f.Type]
			seen[f.Type] = true
			return deeper && in(f.Type.Fields)
		})
	}
	return in(op.Input.Type.Fields) || in(op.Headers)
}

// namesRecords says whether a call names a record.
func (c call) namesRecords() bool {
	found := false
	c.rename(naming{records: func(_, value string) string { found = true; return value }})
	return found
}

// namesParties says whether a call names a party.
func (c call) namesParties() bool {
	found := false
	c.rename(naming{parties: func(value string) string { found = true; return value }})
	return found
}

// rename goes through all that a call names.
func (c call) rename(n naming) {
	n.in(c.body, map[string]bool{})
	if c.header != nil {
		n.in(c.header, map[string]bool{})
	}
}
