package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/store"
)

// brittle is a store that panics when overdue messages are looked for.
type brittle struct{ store.Store }

type brittleReader struct{ store.Reader }

func (b brittle) View(ctx context.Context, fn func(store.Reader) error) error {
	return b.Store.View(ctx, func(r store.Reader) error { return fn(brittleReader{r}) })
}

func (brittleReader) OverdueMessages(time.Time, int) ([]rest.OutboxMessage, error) {
	panic("a row that nobody thought of")
}

// TestPanicsBesideRequests: they are logged and counted, and the gateway serves on.
func TestPanicsBesideRequests(t *testing.T) {
	c := config.Default()
	c.Data = t.TempDir()
	c.Listen.Plain.Address, c.Listen.Admin.Address = "127.0.0.1:0", "127.0.0.1:0"
	var lines pieces
	log := slog.New(slog.NewJSONHandler(&lines, nil))
	storage, err := OpenStorage(t.Context(), c, log)
	if err != nil {
		t.Fatal(err)
	}
	storage.Store = brittle{storage.Store}
	g, err := Open(t.Context(), Options{Config: c, Version: "test", Logger: log, Now: time.Now, Storage: storage})
	if err != nil {
		t.Fatal(err)
	}
	g.Serve(func(err error) { t.Error(err) })
	const counted = `overgang_worker_panics_total{worker="give up messages of the outbox"} `
	for begun := time.Now(); ; time.Sleep(time.Millisecond) {
		_, figures := ask(t, g, "admin", "GET", "/metrics")
		if strings.Contains(figures, counted) {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("no %s in\n%s", counted, strings.Join(grep(figures, "panics"), "\n"))
		}
	}
	if status, text := ask(t, g, "admin", "GET", "/health/ready"); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
	if err := g.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if text := lines.text.String(); !strings.Contains(text, `"msg":"worker panicked","worker":"give up messages of the outbox","panic":"a row that nobody thought of","stack":"`) {
		t.Errorf("log:\n%s", text)
	}
}
