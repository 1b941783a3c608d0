package stories

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"overgang/adapter"
	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/demo"
	"overgang/cmd/overgang/gateway"
	"overgang/wsdl"
)

// town is a gateway with the demonstration's people and services. All stories
// are played in one: each has references of its own.
type town struct {
	gateway *gateway.Gateway
	env     *demo.Environment
	url     string
	// names are what base operations are called in each flavour.
	names  map[string]map[wsdl.Flavour][]string
	failed chan error // of its listeners
}

var theTown *town

func TestMain(m *testing.M) {
	code, err := play(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// play runs the tests while the gateway serves.
func play(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "stories")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if theTown, err = open(context.Background(), dir); err != nil {
		return 1, err
	}
	code = m.Run()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = theTown.gateway.Stop(ctx)
	select {
	case broken := <-theTown.failed:
		err = errors.Join(err, broken)
	default:
	}
	return code, err
}

// open serves on a free port.
func open(ctx context.Context, dir string) (*town, error) {
	c := config.Default()
	c.Data = dir
	c.Listen.Plain.Address, c.Listen.TLS.Address, c.Listen.Admin.Address = "127.0.0.1:0", "", ""
	if err := errors.Join(demo.Prepare(&c, time.Now()), c.Check()); err != nil {
		return nil, err
	}
	g, err := gateway.Open(ctx, gateway.Options{Config: c, Version: "test", Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		return nil, err
	}
	d, err := demo.Seed(ctx, g, time.Now)
	if err != nil {
		return nil, errors.Join(err, g.Stop(ctx))
	}
	town := &town{gateway: g, url: g.Server("plain").URL(), names: map[string]map[wsdl.Flavour][]string{}, failed: make(chan error, 1)}
	g.Serve(func(err error) { town.failed <- err })
	if err := d.Announce(io.Discard); err != nil {
		return nil, errors.Join(err, g.Stop(ctx))
	}
	if town.env, err = demo.ReadEnvironment(demo.EnvironmentFile(dir)); err != nil {
		return nil, errors.Join(err, g.Stop(ctx))
	}
	for _, s := range adapter.Services(adapter.Config{}) {
		for _, op := range s.Operations {
			town.names[op.Base] = op.Names
		}
	}
	return town, nil
}

// everyFlavour plays a story in each flavour that has the services it needs.
func everyFlavour(t *testing.T, play func(t *testing.T, town *town, old *legacy)) {
	for _, f := range []wsdl.Flavour{wsdl.Basic, wsdl.WS, wsdl.EC2} {
		t.Run(string(f), func(t *testing.T) { play(t, theTown, theTown.legacy(t, f)) })
	}
}

// soon waits for what is so in a moment.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	for begun := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("%s: not so", what)
		}
	}
}
