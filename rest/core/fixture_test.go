package core

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/store"
	"overgang/store/sqlstore"
)

const testSecret = rest.Secret("a secret of at least thirty-two bytes")

// Synthetic numbers of the Tenor range.
const (
	orgA = "310000019"
	orgB = "310000027"
	ssnA = rest.NationalID("01810100016")
)

// clock is a clock that tests turn.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a core over a real store with one system, one person, two parties
// and three services.
type world struct {
	*Core
	t      testing.TB
	ctx    context.Context
	clock  *clock
	admin  *Admin
	store  store.Store
	blobs  *memBlobs
	org    rest.Party // granted to the system as a whole
	other  rest.Party // granted to nobody
	person rest.Party
	codes  []rest.Secret
	system rest.Caller
	owner  rest.Caller
}

const formSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="melding"><xs:complexType><xs:sequence>
    <xs:element name="navn" type="xs:string"/>
    <xs:element name="antall" type="xs:int"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>`

const validForm = `<melding><navn>Kari</navn><antall>3</antall></melding>`
const invalidForm = "<melding>\n<navn>Kari</navn>\n<antall>tre</antall></melding>"

func testApp(name, code string, validation rest.ValidationMode, steps ...rest.Step) rest.Application {
	return rest.Application{
		ID: rest.AppID{Org: "ttd", App: name}, Service: rest.ServiceRef{Code: code, Edition: 1},
		Titles: map[string]string{"nb": name}, Validation: validation, Process: steps,
		DataTypes: []rest.DataType{
			{ID: "default", DataFormatID: "1000", DataFormatVersion: 1, Schema: []byte(formSchema), MinCount: 1, MaxCount: 2, MaxSize: 1 << 20},
			{ID: "vedlegg", Extensions: []string{"pdf", "txt"}, MaxCount: 3},
			{ID: "bilde", AttachmentTypeName: "Bilde", ContentTypes: []string{"image/png"}, MaxSize: 10},
		},
	}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	ctx := t.Context()
	dir := t.TempDir()
	db, err := sqlstore.Open(ctx, sqlstore.Options{Path: filepath.Join(dir, "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	blobs := &memBlobs{}
	w := &world{t: t, ctx: ctx, clock: &clock{at: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}, store: db, blobs: blobs}
	cheap := password.Params{Memory: 64, Time: 1, Threads: 1}
	w.admin, err = NewAdmin(AdminConfig{Store: db, Secret: testSecret, Now: w.clock.now, PasswordCost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	w.populate()
	w.Core, err = New(Config{Store: db, Blobs: blobs, Secret: testSecret, Now: w.clock.now, PasswordCost: cheap, RegistryPoll: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Close()
		db.Close()
	})
	return w
}

func (w *world) populate() {
	t := w.t
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, app := range []rest.Application{
		testApp("melding", "4501", rest.ValidationEnforce),
		testApp("rapport", "4502", rest.ValidationReport),
		testApp("signert", "4503", rest.ValidationEnforce, rest.Step{ID: "Utfylling", Kind: rest.Fill}, rest.Step{ID: "Signering", Kind: rest.Signing}, rest.Step{ID: "Innsending", Kind: rest.Send}),
	} {
		change, err := w.admin.PutService(w.ctx, app)
		must(err)
		must(w.admin.Apply(w.ctx, change))
	}
	var err error
	w.org, err = w.admin.AddParty(w.ctx, rest.Party{Kind: rest.OrganisationParty, OrgNumber: orgA, Name: "Prøve AS"})
	must(err)
	w.other, err = w.admin.AddParty(w.ctx, rest.Party{Kind: rest.OrganisationParty, OrgNumber: orgB, Name: "Annet AS"})
	must(err)
	person, err := w.admin.AddPerson(w.ctx, NewPerson{SSN: ssnA, Name: "Kari", UserName: "kari", Phone: "+4799999999", Password: "personpassord"})
	must(err)
	w.person, w.codes = person.Party, person.Codes
	system, _, err := w.admin.AddSystem(w.ctx, NewSystem{ID: 1023, Name: "Lønn", Password: "systempassord"})
	must(err)
	w.grant(rest.SystemSubject(system.ID), w.org.ID, rest.ServiceRef{}, rest.Read, rest.Write)
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{Code: "4503"}, rest.Read, rest.Write, rest.Sign)
	w.system = rest.Caller{System: 1023, Address: "192.0.2.1"}
	w.owner = rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
}

func (w *world) grant(subject rest.Subject, party rest.PartyID, service rest.ServiceRef, rights ...rest.Right) {
	w.t.Helper()
	change, err := w.admin.PutGrant(GrantSpec{Subject: subject, Party: rest.PartyRef{ID: party}, Service: service, Rights: rights})
	if err == nil {
		err = w.admin.Apply(w.ctx, change)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// content takes bytes in as an upload does, in a request that is over then.
func (w *world) content(s string) rest.Content {
	w.t.Helper()
	ctx, end := context.WithCancel(w.ctx)
	defer end()
	u, err := w.Upload(ctx, rest.UploadOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer u.Abort()
	if _, err := u.Write([]byte(s)); err != nil {
		w.t.Fatal(err)
	}
	c, err := u.Commit()
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) form(data string) rest.NewElement {
	return rest.NewElement{DataFormatID: "1000", DataFormatVersion: 1, SenderReference: "skjema-1", Content: w.content(data)}
}

func (w *world) attachment(name, data string) rest.NewElement {
	return rest.NewElement{FileName: name, SenderReference: "vedlegg-" + name, Content: w.content(data)}
}

// shipment is a valid submission to the melding service.
func (w *world) shipment(reference string) rest.NewSubmission {
	return rest.NewSubmission{
		Service: rest.ServiceRef{Code: "4501", Edition: 1}, Reference: reference, Completed: true,
		Instance: rest.NewInstance{Owner: rest.PartyRef{OrgNumber: orgA}, Elements: []rest.NewElement{w.form(validForm), w.attachment("brev.pdf", "pdf")}},
	}
}

func (w *world) submit(s rest.NewSubmission) rest.Submission {
	w.t.Helper()
	out, err := w.Submit(w.ctx, w.system, s)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func wantKind(t testing.TB, err error, kind rest.Kind) {
	t.Helper()
	if err == nil || rest.KindOf(err) != kind {
		t.Errorf("error = %v, want %v", err, kind)
	}
}

func references(r rest.Receipt) string {
	var out []string
	for _, ref := range r.References {
		out = append(out, string(ref.Type)+"="+ref.Value)
	}
	return strings.Join(out, " ")
}
