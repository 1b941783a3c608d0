package demo

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/gateway"
	"overgang/rest"
	"overgang/rest/core"
)

// TestStartAfterABrokenOne: a first start that ended before the history was in, or
// before that was noted, is made good by the next one.
func TestStartAfterABrokenOne(t *testing.T) {
	for _, added := range []bool{false, true} {
		afterABrokenStart(t, added)
	}
}

func afterABrokenStart(t *testing.T, added bool) {
	dir := t.TempDir()
	c := config.Default()
	c.Data = dir
	c.Listen.Plain.Address, c.Listen.TLS.Address, c.Listen.Admin.Address = "127.0.0.1:0", "", ""
	g, err := gateway.Open(t.Context(), gateway.Options{Config: c, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	admin, err := core.NewAdmin(core.AdminConfig{Store: g.Storage().Store, Secret: g.Storage().Secret, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	d := &Demo{gateway: g, admin: admin, now: time.Now}
	if d.accounts, err = d.openAccounts(t.Context()); err == nil {
		err = d.register(t.Context())
	}
	if err == nil && added {
		err = d.addHistory(t.Context())
	}
	g.Serve(func(err error) { t.Error(err) })
	if stopped := g.Stop(context.WithoutCancel(t.Context())); err != nil || stopped != nil {
		t.Fatal(err, stopped)
	}
	seeded(t, dir, func(d *Demo) {
		page, err := d.admin.Correspondences(t.Context(), rest.CorrespondenceQuery{Org: owner})
		if err != nil || d.archive.formSet == 0 || d.archive.attachment == 0 || len(page.Messages) != 3 {
			t.Errorf("history added before: %v: archive %+v, %d messages, %v", added, d.archive, len(page.Messages), err)
		}
	})
}

// TestWhatIsPasted: the lines for the newcomer hold wherever the data are.
func TestWhatIsPasted(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "Kari's data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	var out strings.Builder
	seeded(t, ".", func(d *Demo) {
		if err := d.Announce(&out); err != nil {
			t.Fatal(err)
		}
	})
	paste := "curl() { for last; do case $last in @*) test -s \"${last#@}\" && echo it is there;; esac; done; }\n" // instead of the real one
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "  ") {
			paste += line
		}
	}
	cmd := exec.Command(sh, "-eu")
	cmd.Dir, cmd.Stdin = t.TempDir(), strings.NewReader(paste)
	if text, err := cmd.CombinedOutput(); err != nil || string(text) != "it is there\n" {
		t.Errorf("%v\n%s\n%s", err, text, paste)
	}
}
