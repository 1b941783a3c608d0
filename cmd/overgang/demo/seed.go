package demo

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/gateway"
	"overgang/rest"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/store"
)

//go:embed forms
var forms embed.FS

// TLSAddress is where the demonstration serves TLS unless told otherwise.
const TLSAddress = "127.0.0.1:8443"

// Prepare makes what the listeners need before they open: the data directory
// and the demonstration's own authority, which it enters into the configuration
// unless others are configured: for the certificates of enterprise users, and
// with a certificate for TLS.
func Prepare(c *config.Config, now time.Time) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	if _, _, err := ensureCA(c.Data, now); err != nil {
		return err
	}
	if t := &c.Security.Trust; len(t.Anchors) == 0 && !t.Pinned {
		t.Anchors = []string{caFile(c.Data)}
	}
	if c.Listen.TLS.Address == "" || c.Listen.TLS.Certificate != "" {
		return nil
	}
	a, err := EnsureAuthority(c.Data, now, hostOf(c.Listen.TLS)...)
	c.Listen.TLS.Certificate, c.Listen.TLS.Key = a.Certificate, a.Key
	return err
}

// Demo is a gateway with the demonstration's content.
type Demo struct {
	gateway  *gateway.Gateway
	admin    *core.Admin
	accounts *Environment
	now      func() time.Time
	person   rest.PartyID
	signer   rest.PartyID
	heard    int64 // the last message that was shown
	// mail are the numbers of correspondences, by their references.
	mail    map[string]string
	archive archived
	records records
}

// Seed fills an empty data directory. One that was filled before is left as it
// is, but for a new letter of codes when the last one is of another day, and for
// services, persons and records that a newer version added. A directory with other accounts is refused:
// the demonstration would add logins to it.
func Seed(ctx context.Context, g *gateway.Gateway, now func() time.Time) (*Demo, error) {
	storage := g.Storage()
	admin, err := core.NewAdmin(core.AdminConfig{Store: storage.Store, Secret: storage.Secret, Now: now})
	if err != nil {
		return nil, err
	}
	d := &Demo{gateway: g, admin: admin, now: now}
	if d.accounts, err = d.openAccounts(ctx); err != nil {
		return nil, err
	}
	if err := d.writeForms(); err != nil {
		return nil, err
	}
	services, err := admin.Services(ctx)
	if err != nil {
		return nil, err
	}
	if len(services) == 0 {
		if err := d.register(ctx); err != nil {
			return nil, fmt.Errorf("demonstration data: %w", err)
		}
	} else if err := errors.Join(d.renewLetter(ctx), d.addServices(ctx, services)); err != nil {
		return nil, err
	}
	if err := d.finishHistory(ctx); err != nil {
		return nil, fmt.Errorf("demonstration data: %w", err)
	}
	if err := d.registerEnterprise(ctx); err != nil {
		return nil, err
	}
	if err := d.registerSigner(ctx); err != nil {
		return nil, err
	}
	p, err := admin.Party(ctx, rest.PartyRef{SSN: person.SSN})
	if err != nil {
		return nil, err
	}
	d.person = p.ID
	if err := d.findMail(ctx); err != nil {
		return nil, err
	}
	if err := d.findArchive(ctx); err != nil {
		return nil, err
	}
	if err := d.addRecords(ctx); err != nil {
		return nil, err
	}
	return d, d.eachMessage(ctx, func(store.Message) {}) // the old ones were shown
}

// Names of the secrets in the accounts file, and of what says how far the
// history is: begun, or added; nothing in directories of earlier versions.
const (
	historyState = "HISTORY"

	systemPassword = "SYSTEM_PASSWORD"
	personPassword = "PERSON_PASSWORD"
	personPIN      = "PERSON_PIN"
	otherPassword  = "OTHER_SYSTEM_PASSWORD"
)

func (d *Demo) accountsFile() string {
	return filepath.Join(d.gateway.Storage().Dir, "demo-accounts.env")
}

// openAccounts reads the demonstration's secrets, or makes them for an empty directory.
func (d *Demo) openAccounts(ctx context.Context) (*Environment, error) {
	path := d.accountsFile()
	e, err := ReadEnvironment(path)
	if err == nil {
		return e, addSecrets(e, path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return e, err
	}
	parties, err := d.admin.Parties(ctx, 0, 1)
	if err != nil {
		return nil, err
	}
	systems, err := d.admin.Systems(ctx)
	if err != nil {
		return nil, err
	}
	if len(parties)+len(systems) > 0 {
		return nil, &config.Error{Text: fmt.Sprintf("the data directory %s is in use without --demo, which would add logins to it: choose another one with --data", d.gateway.Storage().Dir)}
	}
	e = &Environment{}
	return e, addSecrets(e, path)
}

// addSecrets makes the passwords and codes that the file does not have, and
// writes it if there were any.
func addSecrets(e *Environment, path string) error {
	added := false
	for _, name := range []string{personPIN, signerPIN, systemPassword, personPassword, otherPassword, enterprisePassword, keystorePassword, signerPassword} {
		if e.Get(name) != "" {
			continue
		}
		var p rest.Secret
		var err error
		if name == personPIN || name == signerPIN {
			p, err = password.Digits(rand.Reader, 5)
		} else {
			p, err = password.Generate(rand.Reader)
		}
		if err != nil {
			return err
		}
		e.Set(name, p.Reveal())
		added = true
	}
	if !added {
		return nil
	}
	return e.Write(path)
}

// register registers everything in one transaction.
func (d *Demo) register(ctx context.Context) error {
	if err := d.note("begun"); err != nil {
		return err
	}
	changes, err := d.registrations(ctx)
	if err != nil {
		return err
	}
	if err := d.admin.Apply(ctx, changes...); err != nil {
		return err
	}
	return d.gateway.Refresh(ctx)
}

// registrations prepares all changes at once: what takes time, hashing
// passwords and compiling schemas, goes on side by side.
func (d *Demo) registrations(ctx context.Context) ([]core.Change, error) {
	prepare := []func() (core.Change, error){}
	for _, s := range services() {
		prepare = append(prepare, func() (core.Change, error) { return d.admin.PutService(ctx, s) })
	}
	for _, s := range []core.NewSystem{
		{ID: systemID, Name: "Fjordlønn 7.2", Password: d.secret(systemPassword)},
		{ID: otherSystemID, Name: "Vidde Regnskap 3", Password: d.secret(otherPassword)},
	} {
		prepare = append(prepare, func() (core.Change, error) {
			c, _, err := d.admin.PutSystem(ctx, s)
			return c, err
		})
	}
	prepare = append(prepare, func() (core.Change, error) { return d.putPerson(ctx, d.secret(personPassword)) })
	for _, p := range parties {
		prepare = append(prepare, func() (core.Change, error) { return d.admin.PutParty(p) })
	}
	for _, g := range grants {
		prepare = append(prepare, func() (core.Change, error) { return d.admin.PutGrant(g) })
	}
	changes, errs := make([]core.Change, len(prepare)), make([]error, len(prepare))
	var wg sync.WaitGroup
	for i, p := range prepare {
		wg.Go(func() { changes[i], errs[i] = p() })
	}
	wg.Wait()
	return changes, errors.Join(errs...)
}

func (d *Demo) secret(name string) rest.Secret { return rest.Secret(d.accounts.Get(name)) }

// letterCodes is how many times a newcomer may ask for a code a day.
const letterCodes = 200

// putPerson registers the person with a letter of today on which every code is
// the same, so that what is written down once can be repeated.
func (d *Demo) putPerson(ctx context.Context, password rest.Secret) (core.Change, error) {
	p := person
	p.Password, p.Letter = password, d.now()
	for range letterCodes {
		p.Codes = append(p.Codes, d.secret(personPIN))
	}
	change, _, err := d.admin.PutPerson(ctx, p)
	return change, err
}

func (d *Demo) renewLetter(ctx context.Context) error {
	change, err := d.putPerson(ctx, "") // no password: the one it has stays
	if err != nil {
		return err
	}
	return d.admin.Apply(ctx, change)
}
