package core

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/store"
)

// countingStore counts the transactions that write, but for those of the core's
// own jobs.
type countingStore struct {
	store.Store
	updates atomic.Int64
}

// ofCaller marks the context of a caller.
type ofCaller struct{}

func (s *countingStore) Update(ctx context.Context, fn func(store.Tx) error) error {
	if ctx.Value(ofCaller{}) != nil {
		s.updates.Add(1)
	}
	return s.Store.Update(ctx, fn)
}

// Wrong credentials cost one hash and one commit, whoever's they are: the disk's
// time would tell accounts that exist from names that do not (attacks, row 32).
func TestWrongCredentialsCostOneCommit(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate(testKey, nil)
	w.enterprise("havbris", mine)
	counted := &countingStore{Store: w.store}
	c, err := New(Config{Store: counted, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now, PasswordCost: password.Params{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx := context.WithValue(w.ctx, ofCaller{}, true)
	enterprise := func(user, password string, certificate []byte) func() error {
		return func() error {
			_, err := c.Enterprise(ctx, user, rest.Secret(password), thumbprint(certificate), address)
			return err
		}
	}
	system := func(user string) func() error {
		return func() error { _, err := c.System(ctx, user, "feil", address); return err }
	}
	for name, login := range map[string]func() error{
		"system, wrong password":      system("1023"),
		"system, unknown number":      system("9999"),
		"system, unknown name":        system("ukjent"),
		"enterprise, wrong password":  enterprise("havbris", "feil", mine),
		"enterprise, unknown":         enterprise("ukjent", "feil", mine),
		"enterprise, not its own":     enterprise("havbris", "virksomhet1", []byte("another")),
		"enterprise, unknown, no own": enterprise("ukjent2", "virksomhet1", []byte("another")),
	} {
		commits, hashes := counted.updates.Load(), c.logins.hasher.runs.Load()
		wantKind(t, login(), rest.Unauthenticated)
		if got := fmt.Sprint(counted.updates.Load()-commits, c.logins.hasher.runs.Load()-hashes); got != "1 1" {
			t.Errorf("%s: commits and hashes %s, want one each", name, got)
		}
	}
	// All unknown names share one row, and it locks none of them.
	for i := range 2 * lockAfter {
		wantKind(t, system(fmt.Sprint("navn", i))(), rest.Unauthenticated)
	}
}
