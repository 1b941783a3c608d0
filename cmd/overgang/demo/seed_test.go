package demo

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/gateway"
	"overgang/rest"
)

// seeded opens a gateway on a data directory and seeds it.
func seeded(t *testing.T, dir string, use func(d *Demo)) {
	t.Helper()
	c := config.Default()
	c.Data = dir
	c.Listen.Plain.Address, c.Listen.TLS.Address, c.Listen.Admin.Address = "127.0.0.1:0", "", ""
	if err := Prepare(&c, time.Now()); err != nil {
		t.Fatal(err)
	}
	g, err := gateway.Open(t.Context(), gateway.Options{Config: c, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	d, err := Seed(t.Context(), g, time.Now)
	if err == nil {
		g.Serve(func(err error) { t.Error(err) })
		use(d)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if stopped := g.Stop(ctx); err != nil || stopped != nil {
		t.Fatal(err, stopped)
	}
}

// TestOlderDirectories: what a newer version added comes to directories that an
// older one filled; what is there stays.
func TestOlderDirectories(t *testing.T) {
	dir := t.TempDir()
	accounts := filepath.Join(dir, "demo-accounts.env")
	var passwords, shortened string
	seeded(t, dir, func(d *Demo) {
		passwords = d.accounts.Get(personPassword) + d.accounts.Get(personPIN)
		// As a version without the second person and her service left it.
		if err := d.admin.RemovePerson(t.Context(), rest.PartyRef{SSN: signer.SSN}); err != nil {
			t.Fatal(err)
		}
		if err := d.admin.RemoveService(t.Context(), rest.AppID{Org: owner, App: "skattemelding"}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(accounts)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, signerPassword+"=") { // the letter of today stays, and so do its codes
				shortened += line
			}
		}
	})
	if err := os.WriteFile(accounts, []byte(shortened), 0o600); err != nil {
		t.Fatal(err)
	}
	seeded(t, dir, func(d *Demo) {
		if got := d.accounts.Get(personPassword) + d.accounts.Get(personPIN); got != passwords {
			t.Error("the first person has another password or code")
		}
		core := d.gateway.Core()
		if _, err := core.Service(t.Context(), taxes); err != nil {
			t.Errorf("the service: %v", err)
		}
		system, err := core.System(t.Context(), "1023", d.secret(systemPassword), "127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		who, err := core.Person(t.Context(), system, rest.PersonLogin{SSN: signer.SSN, Password: d.secret(signerPassword), Code: d.secret(signerPIN), Method: rest.LetterCodes})
		if err != nil || who.Person != d.signer {
			t.Errorf("the second person: %+v, %v", who, err)
		}
	})
}
