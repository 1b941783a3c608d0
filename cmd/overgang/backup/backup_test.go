package backup

import (
	"archive/tar"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/rest/core/inspect"
	"overgang/rest/core/password"
	"overgang/rest/core/seed"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

const state = `
parties: [{orgNumber: "310000019", name: Prøve AS}]
systems: [{id: 1001, name: Filer, password: hemmelig-system}]
services: [{app: ttd/filer, code: "4600", edition: 1, broker: {}}]
grants: [{system: 1001, party: "310000019", rights: [read, write]}]
`

// busy is a data directory in use.
type busy struct {
	t    *testing.T
	dir  string
	db   *sqlstore.Store
	core *core.Core
}

func newBusy(t *testing.T) *busy {
	t.Helper()
	b := &busy{t: t, dir: t.TempDir()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	b.db, err = sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(b.dir, databaseFile)})
	must(err)
	t.Cleanup(func() { b.db.Close() })
	blobs, err := blobfs.Open(filepath.Join(b.dir, blobFolder))
	must(err)
	const secret = rest.Secret("a secret of at least thirty-two bytes")
	cheap := password.Params{Memory: 64, Time: 1, Threads: 1}
	admin, err := core.NewAdmin(core.AdminConfig{Store: b.db, Secret: secret, PasswordCost: cheap})
	must(err)
	f, err := seed.Parse("state.yaml", []byte(state))
	must(err)
	_, err = f.Apply(t.Context(), admin)
	must(err)
	b.core, err = core.New(core.Config{Store: b.db, Blobs: blobs, Secret: secret, PasswordCost: cheap})
	must(err)
	t.Cleanup(func() { b.core.Close() })
	must(os.WriteFile(filepath.Join(b.dir, "secret"), []byte(secret.Reveal()), 0o600))
	return b
}

var large = []byte(strings.Repeat("0123456789abcdef", 8<<10))

// send publishes one file, and cancels it again, which removes it, if told to.
func (b *busy) send(cancel bool) error {
	caller, org := rest.Caller{System: 1001}, rest.PartyRef{OrgNumber: "310000019"}
	ctx := context.Background()
	tr, err := b.core.InitiateTransfer(ctx, caller, rest.NewTransfer{Service: rest.ServiceRef{Code: "4600", Edition: 1}, Sender: org, Recipients: []rest.PartyRef{org}})
	if err != nil {
		return err
	}
	up, err := b.core.UploadTransfer(ctx, caller, tr.ID, rest.TransferUploadOptions{})
	if err != nil {
		return err
	}
	defer up.Abort()
	if _, err := up.Write(large); err != nil {
		return err
	}
	if _, err := up.Commit(); err != nil || !cancel {
		return err
	}
	_, err = b.core.CancelTransfer(ctx, caller, tr.ID)
	return err
}

func (b *busy) source() Source {
	return Source{Dir: b.dir, Store: b.db, Now: time.Now, Version: "test"}
}

func whole(ctx context.Context, t *testing.T, dir string) inspect.Report {
	t.Helper()
	db, err := sqlstore.Open(ctx, sqlstore.Options{Path: filepath.Join(dir, databaseFile)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	blobs, err := blobfs.Attach(filepath.Join(dir, blobFolder))
	if err != nil {
		t.Fatal(err)
	}
	later := func() time.Time { return time.Now().Add(48 * time.Hour) } // so that strays count
	r, err := inspect.Run(ctx, inspect.Config{Store: db, Blobs: blobs, Now: later})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestBackupOfWhatIsInUse: files come and go while a backup is made, and it has
// every content that its rows refer to, and no other.
func TestBackupOfWhatIsInUse(t *testing.T) {
	b := newBusy(t)
	for range 20 {
		if err := b.send(false); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var senders sync.WaitGroup
	for n := range 3 {
		senders.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					if err := b.send((i+n)%3 > 0); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for i, target := range []string{"folder", "copied", "file.tar"} {
		path := filepath.Join(t.TempDir(), target)
		m, err := Make(t.Context(), b.source(), path, i == 1)
		if err != nil {
			t.Fatal(err)
		}
		restored := filepath.Join(t.TempDir(), "restored")
		if _, err := Restore(t.Context(), path, restored, func(context.Context, string) error { return nil }); err != nil {
			t.Fatal(err)
		}
		r := whole(t.Context(), t, restored)
		if len(r.Findings) > 0 || r.Contents < 20 || r.Contents != m.Contents || r.Bytes != m.Bytes {
			t.Errorf("%s: %+v, manifest %+v", target, r, m)
		}
		if text, err := os.ReadFile(filepath.Join(restored, "secret")); err != nil || len(text) == 0 {
			t.Errorf("secret: %q, %v", text, err)
		}
		if info, err := os.Stat(restored); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("mode %v, %v", info, err)
		}
	}
	close(stop)
	senders.Wait()
	if left, _ := filepath.Glob(filepath.Join(b.dir, stagePrefix+"*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestWhatIsNoBackup: foreign tar files restore nothing and write nowhere else.
func TestWhatIsNoBackup(t *testing.T) {
	for name, h := range map[string]tar.Header{
		"climbs":   {Name: "../evil", Typeflag: tar.TypeReg, Size: 1},
		"absolute": {Name: "/tmp/evil", Typeflag: tar.TypeReg, Size: 1},
		"link":     {Name: "secret", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		"device":   {Name: "dev", Typeflag: tar.TypeChar},
		"foreign":  {Name: "file", Typeflag: tar.TypeReg, Size: 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			f, err := os.Create(filepath.Join(dir, "x.tar"))
			if err != nil {
				t.Fatal(err)
			}
			w := tar.NewWriter(f)
			if err := w.WriteHeader(&h); err != nil {
				t.Fatal(err)
			}
			if h.Size > 0 {
				io.WriteString(w, "x")
			}
			w.Close()
			f.Close()
			_, err = Restore(t.Context(), f.Name(), filepath.Join(dir, "data"), func(context.Context, string) error { return nil })
			if rest.KindOf(err) != rest.Invalid || err == nil {
				t.Errorf("error %v", err)
			}
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) != 1 {
				t.Errorf("%v, %v", entries, err)
			}
		})
	}
}

// TestTarsThatBreakOff: wherever a tar file ends too early, it is named, and
// nothing is restored.
func TestTarsThatBreakOff(t *testing.T) {
	b := newBusy(t)
	if err := b.send(false); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "b.tar")
	if _, err := Make(t.Context(), b.source(), path, false); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{info.Size() * 2 / 3, info.Size() / 2, 3*512 + 100, 100} {
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		_, err := Restore(t.Context(), path, filepath.Join(dir, "data"), func(context.Context, string) error { return nil })
		if err == nil || rest.KindOf(err) != rest.Invalid || !strings.Contains(err.Error(), path) {
			t.Errorf("%d of %d bytes: %v", size, info.Size(), err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%d of %d bytes: %v, %v", size, info.Size(), entries, err)
		}
	}
}

// A backup that was killed leaves its stage; the next one removes it, but not
// that of one that goes on.
func TestStagesOfTheDeadAreSwept(t *testing.T) {
	b := newBusy(t)
	dead, alive := filepath.Join(b.dir, stagePrefix+"dead"), filepath.Join(b.dir, stagePrefix+"alive")
	for _, stage := range []string{dead, alive} {
		if err := os.MkdirAll(filepath.Join(stage, blobFolder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	held, ok, err := hold(alive)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	defer held.Close()
	if _, err := Make(t.Context(), b.source(), filepath.Join(t.TempDir(), "b.tar"), false); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(b.dir, stagePrefix+"*")); len(left) != 1 || left[0] != alive {
		t.Errorf("left: %v", left)
	}
}

// Half a backup is no backup, and takes room.
func TestFailedBackupLeavesNothing(t *testing.T) {
	b := newBusy(t)
	for range 5 {
		if err := b.send(false); err != nil {
			t.Fatal(err)
		}
	}
	for _, target := range []string{"folder", "there already", "file.tar"} {
		dir := t.TempDir()
		path := filepath.Join(dir, target)
		if target == "there already" {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		s := b.source()
		s.Progress = func(done, of int64) {
			if done > 0 {
				cancel()
			}
		}
		if _, err := Make(ctx, s, path, true); err == nil {
			t.Fatalf("%s: made", target)
		}
		if entries, err := os.ReadDir(path); len(entries) > 0 {
			t.Errorf("%s: left %v, %v", target, entries, err)
		}
		if free(path) != nil {
			t.Errorf("%s: the target cannot be used again: %v", target, free(path))
		}
		cancel()
	}
}
