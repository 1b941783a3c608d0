package stories

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"overgang/adapter"
	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/demo"
	"overgang/cmd/overgang/gateway"
	"overgang/wsdl"
)

// town is a gateway with the demonstration's people and services.
type town struct {
	gateway *gateway.Gateway
	env     *demo.Environment
	url     string
	// names are what base operations are called in each flavour.
	names map[string]map[wsdl.Flavour][]string
}

// open serves until the test ends.
func open(t *testing.T) *town {
	t.Helper()
	c := config.Default()
	c.Data = t.TempDir()
	c.Listen.Plain.Address, c.Listen.TLS.Address, c.Listen.Admin.Address = "127.0.0.1:0", "", ""
	if err := demo.Prepare(&c, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	g, err := gateway.Open(t.Context(), gateway.Options{Config: c, Version: "test", Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := g.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	d, err := demo.Seed(t.Context(), g, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	g.Serve(func(err error) { t.Error(err) })
	if err := d.Announce(io.Discard); err != nil {
		t.Fatal(err)
	}
	env, err := demo.ReadEnvironment(demo.EnvironmentFile(c.Data))
	if err != nil {
		t.Fatal(err)
	}
	town := &town{gateway: g, env: env, url: g.Server("plain").URL(), names: map[string]map[wsdl.Flavour][]string{}}
	for _, s := range adapter.Services(adapter.Config{}) {
		for _, op := range s.Operations {
			town.names[op.Base] = op.Names
		}
	}
	return town
}

// everyFlavour plays a story in each flavour, each in a town of its own.
func everyFlavour(t *testing.T, play func(t *testing.T, town *town, old *legacy)) {
	for _, f := range []wsdl.Flavour{wsdl.Basic, wsdl.WS, wsdl.EC2} {
		t.Run(string(f), func(t *testing.T) {
			town := open(t)
			play(t, town, town.legacy(t, f))
		})
	}
}

// soon waits for what is so in a moment.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	for begun := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 5*time.Second {
			t.Fatalf("%s: not so", what)
		}
	}
}
