package core

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/store"
	"overgang/store/blobfs"
)

var (
	filesApp     = rest.AppID{Org: "ttd", App: "filer"}
	filesService = rest.ServiceRef{Code: "4600", Edition: 1}
)

// post is a world with a service of file transfers, over real files.
type post struct {
	*world
	dir    string      // of the blobs
	mine   rest.Caller // may act for the sender, org
	theirs rest.Caller // may act for the recipient, other
	third  rest.Caller // may act for nobody
	change func(*Config)
}

func newPost(t *testing.T, change ...func(*Config)) *post {
	t.Helper()
	p := &post{world: newWorld(t), dir: t.TempDir(), change: func(*Config) {}}
	if len(change) > 0 {
		p.change = change[0]
	}
	put, err := p.admin.PutService(p.ctx, rest.Application{ID: filesApp, Service: filesService, Titles: map[string]string{"nb": "Filer"},
		Broker: &rest.BrokerService{MaxSize: 1 << 20, Expiry: 48 * time.Hour, Recipients: []string{orgA, orgB}}})
	if err == nil {
		err = p.admin.Apply(p.ctx, put)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.mine = p.system
	for id, party := range map[rest.SystemID]rest.PartyID{1024: p.other.ID, 1025: 0} {
		s, _, err := p.admin.AddSystem(p.ctx, NewSystem{ID: id, Name: "Annet", Password: "systempassord"})
		if err != nil {
			t.Fatal(err)
		}
		if party != 0 {
			p.grant(rest.SystemSubject(s.ID), party, filesService, rest.Read, rest.Write)
		}
	}
	p.theirs, p.third = rest.Caller{System: 1024}, rest.Caller{System: 1025}
	p.start()
	t.Cleanup(func() { p.Core.Close() })
	return p
}

// start starts the core anew, as after a crash or a stop.
func (p *post) start() {
	p.t.Helper()
	p.Core.Close()
	blobs, err := blobfs.Open(p.dir)
	if err != nil {
		p.t.Fatal(err)
	}
	cfg := Config{Store: p.store, Blobs: blobs, Secret: testSecret, Now: p.clock.now, PasswordCost: password.Params{Memory: 64, Time: 1, Threads: 1},
		RegistryPoll: time.Hour, Transfers: TransferConfig{Every: time.Hour}}
	p.change(&cfg)
	if p.Core, err = New(cfg); err != nil {
		p.t.Fatal(err)
	}
}

// files are what lies in the blob folder, partials apart.
func (p *post) files(folder string) (n int) {
	p.t.Helper()
	err := filepath.WalkDir(filepath.Join(p.dir, folder), func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

func (p *post) wantFiles(blobs, partials int) {
	p.t.Helper()
	if b, q, tmp := p.files("blobs"), p.files("partial"), p.files("tmp"); b != blobs || q != partials || tmp != 0 {
		p.t.Errorf("%d blobs, %d partials, %d temporary files; want %d and %d", b, q, tmp, blobs, partials)
	}
}

func (p *post) newTransfer() rest.NewTransfer {
	return rest.NewTransfer{App: filesApp, Sender: rest.PartyRef{OrgNumber: orgA}, Recipients: []rest.PartyRef{{OrgNumber: orgB}}, Reference: "S-1", FileName: "a.zip"}
}

func (p *post) initiate(change ...func(*rest.NewTransfer)) *rest.Transfer {
	p.t.Helper()
	n := p.newTransfer()
	for _, c := range change {
		c(&n)
	}
	tr, err := p.InitiateTransfer(p.ctx, p.mine, n)
	if err != nil {
		p.t.Fatal(err)
	}
	return tr
}

// large is more than fits into a row.
var large = strings.Repeat("0123456789abcdef", 8<<10)

// send uploads a file.
func (p *post) send(id uuid.UUID, text string) (*rest.Transfer, error) {
	p.t.Helper()
	u, err := p.UploadTransfer(p.ctx, p.mine, id, rest.TransferUploadOptions{})
	if err != nil {
		return nil, err
	}
	defer u.Abort()
	if _, err := io.WriteString(u, text); err != nil {
		return nil, err
	}
	return u.Commit()
}

// sent is a published transfer.
func (p *post) sent(text string) *rest.Transfer {
	p.t.Helper()
	tr, err := p.send(p.initiate().ID, text)
	if err != nil {
		p.t.Fatal(err)
	}
	return tr
}

func (p *post) fetch(caller rest.Caller, id uuid.UUID) (string, error) {
	p.t.Helper()
	_, r, err := p.OpenTransfer(p.ctx, caller, id, 0)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(b), p.TransferDownloaded(p.ctx, caller, id, 0)
}

func (p *post) see(id uuid.UUID) *rest.Transfer {
	p.t.Helper()
	tr, err := p.Transfer(p.ctx, p.mine, id)
	if err != nil {
		p.t.Fatal(err)
	}
	return tr
}

// told is the text of a receipt and of those below it, and their statuses.
func (p *post) told(tr *rest.Transfer) (list []string) {
	p.t.Helper()
	r, err := p.Receipt(p.ctx, p.mine, rest.ReceiptSearch{ID: tr.Receipt})
	if err != nil {
		p.t.Fatal(err)
	}
	list = append(list, string(r.Status)+" "+r.Text)
	for _, s := range r.Sub {
		list = append(list, string(s.Status)+" "+s.Text)
	}
	return list
}

func (p *post) run(job func(context.Context) (int, error)) int {
	p.t.Helper()
	n, err := job(p.ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

func (p *post) events() (types []rest.EventType) {
	p.t.Helper()
	err := p.store.View(p.ctx, func(r store.Reader) error {
		list, err := r.AppEvents(filesApp, rest.EventQuery{Limit: 100})
		for _, e := range list {
			types = append(types, e.Type)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return types
}
