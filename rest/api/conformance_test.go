package api_test

import (
	"context"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/token"
	"overgang/rest/core"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

// example is one way to be answered with one status: a request that would
// succeed, and what is different about it. It is played over the embedded core,
// a database and blobs on disk, and holds for each of its operations.
type example struct {
	name   string
	of     string // operationIds, or groups of them: see operationsOf
	status int
	code   string // the problem's; "" = none
	// given makes the instance that the request is about; nil = an active one.
	given func(*stage) api.Instance
	// ails is what the database answers to everything, and meddles what happens
	// before each of its transactions; nil = nothing.
	ails    error
	meddles func(*stage, api.Instance)
	// differs makes the request what it is; nil = it stays.
	differs func(*stage, *call, api.Instance)
	// shown looks at the answer; nil = the document says all there is to say.
	shown func(*testing.T, answer)
}

// examples are all there are; the files conformance_…_test.go hold them.
var examples = slices.Concat(commonExamples, instanceExamples, caseExamples, keyExamples, referenceExamples, elementExamples, processExamples, listExamples)

// operationsOf lists the operations that an example holds for.
func operationsOf(e example) (list []operation) {
	for _, op := range operations() {
		if slices.ContainsFunc(strings.Fields(e.of), func(name string) bool { return memberOf(op, name) }) {
			list = append(list, op)
		}
	}
	return list
}

// memberOf says whether an operation is meant by a name: its operationId or
// that of the one it is the later address of, its method, "all" that want a
// token, a name in its path as "{guid}", or a status as "410": those that
// document it. A + joins what must hold together.
func memberOf(op operation, name string) bool {
	for _, part := range strings.Split(name, "+") {
		id := op.OperationID
		base, isLater := strings.CutPrefix(id, "later")
		ok := part == id || isLater && strings.ToLower(base[:1])+base[1:] == part || part == op.method
		switch {
		case slices.Contains(op.Tags, "document"):
		case part == "all":
			ok = true
		case strings.HasPrefix(part, "{"):
			ok = strings.Contains(op.path, part)
		case strings.HasPrefix(part, "/"):
			ok = strings.HasPrefix(op.path, part)
		case len(part) == 3 && part[0] < '6' && part[0] > '1':
			ok = documented(op, part)
		}
		if !ok {
			return false
		}
	}
	return true
}

// TestConformance plays every example, those that succeed in both vocabularies.
func TestConformance(t *testing.T) {
	s := newStage(t)
	for _, e := range examples {
		for _, op := range operationsOf(e) {
			t.Run(op.OperationID+"/"+strconv.Itoa(e.status)+" "+e.name, func(t *testing.T) {
				accepted := []string{""}
				if e.status < 300 && !slices.Contains(op.Tags, "later") && !slices.Contains(op.Tags, "document") {
					accepted = append(accepted, "application/json;profile=altinn3")
				}
				for _, accept := range accepted {
					s.play(t, e, op, accept)
				}
			})
		}
	}
}

// TestEveryStatusHasAnExample holds the examples against the document.
func TestEveryStatusHasAnExample(t *testing.T) {
	has := map[string]bool{}
	for _, e := range examples {
		ops := operationsOf(e)
		if len(ops) == 0 {
			t.Errorf("%q is an example of no operation: %s", e.name, e.of)
		}
		for _, op := range ops {
			status := strconv.Itoa(e.status)
			has[op.OperationID+" "+status] = true
			if !documented(op, status) {
				t.Errorf("%q: the document does not tell of %s answering %s", e.name, op.OperationID, status)
			}
		}
	}
	for _, op := range operations() {
		for status := range op.Responses.Map() {
			if !has[op.OperationID+" "+status] {
				t.Errorf("%s: no example of %s", op.OperationID, status)
			}
		}
	}
}

// stage is the API over the embedded core, with what examples need of the world around it.
type stage struct {
	*gateway
	fault   *fault
	db      store.Store    // without faults
	files   store.Blobs    // without faults
	rate    atomic.Bool    // callers are too fast
	orphans []api.Instance // of an application that is no longer registered
	lasting *api.Instance  // that refused requests share: they leave it as it is
}

// Applications and parties beside the demo's.
var (
	signing  = rest.AppID{Org: "ttd", App: "signering"} // is signed by anybody, sent by its owner, and wants a text attached
	damaged  = rest.AppID{Org: "ttd", App: "skadet"}    // has a schema that is none
	parallel = rest.AppID{Org: "ttd", App: "felles"}    // is signed by those who are named
	outdated = rest.AppID{Org: "ttd", App: "utgaatt"}   // is no longer registered
	reader   = rest.PartyID(50004)                      // reads for company, and no more
)

var asCompanyReader = token.Grant{Party: reader}

func newStage(t *testing.T) *stage {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(dir, "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	files, err := blobfs.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{fault: &fault{}, db: db, files: files}
	seed := newFake()
	app := seed.apps[0]
	app.Validation = rest.ValidationEnforce
	signed, shared, old, broken := *app, *app, *app, *app
	shared.ID, shared.Service = parallel, rest.ServiceRef{Code: "4505", Edition: 1}
	shared.Process = []rest.Step{{ID: "FormFilling", Kind: rest.Fill}, {ID: "Signing", Kind: rest.Signing, Parallel: true}, {ID: "Submit", Kind: rest.Send}}
	signed.ID, signed.Service = signing, rest.ServiceRef{Code: "4502", Edition: 1}
	signed.Process = []rest.Step{{ID: "FormFilling", Kind: rest.Fill}, {ID: "Signing", Kind: rest.Signing, Right: rest.Write, Whole: true}, {ID: "Submit", Kind: rest.Send, Roles: []rest.Role{rest.RoleOwner}}}
	signed.DataTypes = slices.Clone(app.DataTypes)
	signed.DataTypes[1].MinCount, signed.DataTypes[1].Extensions = 1, []string{"txt"}
	broken.ID, broken.Service, broken.DataTypes = damaged, rest.ServiceRef{Code: "4504", Edition: 1}, slices.Clone(app.DataTypes)
	broken.DataTypes[0].Schema = []byte("<xs:schema")
	old.ID, old.Service = outdated, rest.ServiceRef{Code: "4503", Edition: 1}
	put := func(fn func(tx store.Tx) error) {
		t.Helper()
		if err := db.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	put(func(tx store.Tx) error {
		for _, p := range append(seed.parties, rest.Party{ID: reader, Kind: rest.PersonParty, SSN: "01017012402", UserName: "leser", Name: "Leser"}) {
			if err := tx.PutParty(&p); err != nil {
				return err
			}
		}
		for _, a := range []*rest.Application{app, &signed, &shared, &old, &broken} {
			if err := tx.PutApplication(a); err != nil {
				return err
			}
		}
		return nil
	})
	put(func(tx store.Tx) error {
		if err := tx.PutGrant(rest.Grant{Subject: rest.PersonSubject(reader), Party: company, Rights: []rest.Right{rest.Read}}); err != nil {
			return err
		}
		return tx.PutGrant(rest.Grant{Subject: rest.PersonSubject(person), Party: company, Rights: []rest.Right{rest.Read, rest.Write}})
	})
	c, err := core.New(core.Config{Store: faultyStore{db, s.fault}, Blobs: faultyBlobs{files, s.fault}, Secret: rest.Secret(strings.Repeat("s", 32))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	s.gateway = serve(t, faultyRegistry{c, s.fault}, func(a *api.Config) {
		a.Allow = func(context.Context, rest.Caller) error {
			if s.rate.Load() {
				return &rest.Error{Kind: rest.RateLimited, Code: "rate", Detail: "Too many requests.", RetryAfter: time.Second}
			}
			return nil
		}
	})
	for range 12 {
		s.orphans = append(s.orphans, s.create(outdated, person))
	}
	put(func(tx store.Tx) error { return tx.DeleteApplication(outdated) })
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// play sends one example's request.
func (s *stage) play(t *testing.T, e example, op operation, accept string) {
	t.Helper()
	s.t = t
	given := e.given
	switch {
	case given != nil:
	case e.status >= 400 && e.meddles == nil:
		given = lasting
	default:
		given = active
	}
	if !strings.Contains(op.path, "{") {
		given = func(*stage) api.Instance { return api.Instance{} }
	}
	i := given(s)
	c := s.good(op, i)
	if accept != "" {
		c.header.Set("Accept", accept)
	}
	if e.differs != nil {
		e.differs(s, &c, i)
	}
	s.rate.Store(false)
	defer s.rate.Store(false)
	defer s.fault.clear()
	if e.status == http.StatusTooManyRequests {
		s.rate.Store(true)
	}
	if e.ails != nil {
		s.fault.err.Store(&e.ails)
	}
	if e.meddles != nil {
		meddle := func() { e.meddles(s, i) }
		s.fault.meddle.Store(&meddle)
	}
	before := s.stored(i)
	refused := ""
	if e.status < 400 && !c.unlisted {
		refused = s.strangers(t, c, i)
	}
	a := s.do(c).want(t, e.status, e.code)
	strangersDocument.Answered(refused, a.StatusCode)
	if now := s.stored(i); e.status >= 400 && now != before && e.meddles == nil {
		t.Errorf("refused, but what is stored changed from %+v to %+v", before, now)
	}
	if accept != "" && strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") && a.Header.Get("Content-Type") != "application/json; profile=altinn3" {
		t.Errorf("Accept %s is answered with %s", accept, a.Header.Get("Content-Type"))
	}
	if e.status == http.StatusInternalServerError {
		s.logged(t, a)
	}
	if e.shown != nil {
		e.shown(t, a)
	}
}

// inventory is what a refused request must leave as it was.
type inventory struct {
	version   int64 // of the instance that the request is about
	instances int64
	blobs     int
}

func (s *stage) stored(i api.Instance) (is inventory) {
	s.t.Helper()
	err := s.db.View(s.t.Context(), func(r store.Reader) error {
		page, err := r.Instances(rest.Query{Limit: 1, Count: true}, nil)
		if err != nil {
			return err
		}
		is.instances = page.Total
		_, guid, found := strings.Cut(i.Id, "/")
		if !found {
			return nil
		}
		in, err := r.Instance(uuid.MustParse(guid))
		if err == nil {
			is.version = in.Version
		}
		return err
	})
	if err == nil {
		err = s.files.List(s.t.Context(), func(store.BlobInfo) error { is.blobs++; return nil })
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return is
}

// logged checks that the log, and it alone, tells the cause of an internal error.
func (s *stage) logged(t *testing.T, a answer) {
	t.Helper()
	var p api.Problem
	a.json(t, &p)
	if strings.Contains(string(a.body), "on fire") || p.ErrorId == "" {
		t.Errorf("%s", a.body)
	}
	if !regexp.MustCompile("errorId=" + p.ErrorId + " .*the disk is on fire").MatchString(s.logs.String()) {
		t.Errorf("the log does not tell the cause of %s", p.ErrorId)
	}
}

// good is a request of the operation that would succeed on the instance; its
// headers are its own.
func (s *stage) good(op operation, i api.Instance) call {
	about := i
	if i.Id == "" { // the operation is about none
		about = api.Instance{Id: "50001/" + uuid.Nil.String(), Data: []api.DataElement{{}}}
	}
	c := callOf(op, about)
	if i.Id != "" && strings.HasPrefix(op.path, "/{org}/{app}/") {
		c.path = strings.Replace(c.path, "/ttd/melding/", "/"+i.AppId+"/", 1)
	}
	h := http.Header{}
	maps.Copy(h, c.header)
	c.header = h
	return c
}

// create makes an instance with a form and an attachment.
func (s *stage) create(app rest.AppID, owner rest.PartyID) api.Instance {
	s.t.Helper()
	var i api.Instance
	s.do(call{method: "POST", path: "/" + app.String() + "/instances", as: asOwner, header: asJSON, body: `{"instanceOwnerId":"` + strconv.Itoa(int(owner)) +
		`","data":[{"formId":"default","content":"PG1lbGRpbmcvPg=="},{"formId":"vedlegg","content":"aGVp","fileName":"hei.txt","contentType":"text/plain"}]}`}).
		want(s.t, http.StatusCreated, "").json(s.t, &i)
	return i
}

// active is an instance that is being filled in.
func active(s *stage) api.Instance { return s.create(demo, person) }

// lasting is an active instance for a request that is refused.
func lasting(s *stage) api.Instance {
	if s.lasting == nil {
		i := active(s)
		s.lasting = &i
	}
	return *s.lasting
}

// ofCompany is an active instance of a party that another person may read for.
func ofCompany(s *stage) api.Instance { return s.create(demo, company) }

// toSign is an active instance of the application that is signed.
func toSign(s *stage) api.Instance { return s.create(signing, person) }

// toDelegate is an active instance of the application that those sign who are named.
func toDelegate(s *stage) api.Instance { return s.create(parallel, person) }

// delegated is one of those, for which the company's reader is named.
func delegated(s *stage) api.Instance {
	s.t.Helper()
	i := toDelegate(s)
	c := s.good(operationOf("delegateSigning"), i)
	s.do(c).want(s.t, 200, "")
	return i
}

// signedByReader is one of those, which has been signed.
func signedByReader(s *stage) api.Instance {
	s.t.Helper()
	i := after(delegated, "PUT /process/next")(s)
	s.do(call{method: "PUT", path: "/" + i.AppId + "/instances/" + i.Id + "/process/next", as: asCompanyReader}).want(s.t, 200, "")
	return i
}

// halfSigned is one of those that two are named for, the reader and the user, and
// the reader has signed.
func halfSigned(s *stage) api.Instance {
	s.t.Helper()
	i := toDelegate(s)
	c := s.good(operationOf("delegateSigning"), i)
	c.body = `{"signers":[{"ssn":"01017012402","name":"Leser"},{"ssn":"` + personSSN + `","name":"Kari"}]}`
	s.do(c).want(s.t, 200, "")
	for _, as := range []token.Grant{asUser, asCompanyReader} {
		s.do(call{method: "PUT", path: "/" + i.AppId + "/instances/" + i.Id + "/process/next", as: as}).want(s.t, 200, "")
	}
	return i
}

// lockedSigners is one of those that the application's owner named the signers of.
func lockedSigners(s *stage) api.Instance {
	s.t.Helper()
	i := toDelegate(s)
	c := s.good(operationOf("delegateSigning"), i)
	c.body = `{"signers":[{"ssn":"01017012402","name":"Leser"}],"locked":true}`
	s.do(c).want(s.t, 200, "")
	return i
}

// operationOf is the operation with that id.
func operationOf(id string) operation {
	for _, op := range operations() {
		if op.OperationID == id {
			return op
		}
	}
	panic("no operation " + id)
}

// orphan is an instance whose application is no longer registered.
func orphan(s *stage) api.Instance {
	s.t.Helper()
	if len(s.orphans) == 0 {
		s.t.Fatal("newStage makes too few orphans")
	}
	i := s.orphans[0]
	s.orphans = s.orphans[1:]
	return i
}

// after makes an instance and then does something with it: requests that each
// want 200, as method and path below the instance.
func after(given func(*stage) api.Instance, requests ...string) func(*stage) api.Instance {
	return func(s *stage) api.Instance {
		s.t.Helper()
		i := given(s)
		for _, r := range requests {
			method, path, _ := strings.Cut(r, " ")
			path = strings.NewReplacer("{data}", i.Data[0].Id.String(), "{attachment}", i.Data[1].Id.String()).Replace(path)
			as := asOwner
			if strings.HasSuffix(path, "/process/next") {
				as = asUser
			}
			base := "/" + i.AppId + "/instances/"
			if strings.HasPrefix(path, "storage:") {
				base, path = "/storage/instances/", strings.TrimPrefix(path, "storage:")
			}
			s.do(call{method: method, path: base + i.Id + path, as: as}).want(s.t, 200, "")
		}
		return i
	}
}

// Where instances go.
var (
	archived    = after(active, "PUT /process/next", "PUT /process/next")
	deleted     = after(active, "DELETE ")
	hardDeleted = after(active, "DELETE ?hard=true")
	locked      = after(active, "PUT /data/{data}/lock")
	signedOnce  = after(toSign, "PUT /process/next", "PUT /process/next")
	downloaded  = after(active, "GET storage:/data/{data}", "GET storage:/data/{attachment}")
)
