package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// gateway is Overgang under test, with demo data.
type gateway struct {
	*process
	data    string // its data directory; removed by stop
	env     environment
	started time.Duration // from exec to the first answer
}

// startGateway starts binary with arguments on free ports and waits until it
// is ready. data may be an existing directory (a restart) or "" for a new one.
func startGateway(ctx context.Context, binary, data string) (*gateway, error) {
	if data == "" {
		var err error
		if data, err = os.MkdirTemp(benchDir, "data"); err != nil {
			return nil, err
		}
	}
	envFile := filepath.Join(data, "demo.env")
	_ = os.Remove(envFile)
	begun := time.Now()
	p, err := start(binary, "serve", "--demo", "--data", data,
		"--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", "--listen-admin", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &gateway{process: p, data: data}
	for {
		if env, err := readEnvironment(envFile); err == nil && env["OVERGANG_URL"] != "" && answers(env) {
			g.env, g.started = env, time.Since(begun)
			return g, nil
		}
		select {
		case <-ctx.Done():
			p.stop(true)
			return nil, fmt.Errorf("%s did not start: see %s", binary, p.log)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// answers says whether the gateway serves its first contract.
func answers(env environment) bool {
	res, err := http.Get(env["OVERGANG_URL"] + intermediaryPath + "?wsdl")
	if err != nil {
		return false
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode == http.StatusOK
}

func (g *gateway) close() {
	g.stop(false)
	_ = os.RemoveAll(g.data)
}

// form is the demo's valid form.
func (g *gateway) form() (string, error) {
	form, err := os.ReadFile(g.env["DEMO_FORM"])
	return string(form), err
}

// profile takes a CPU profile for the time of one measurement, if asked for;
// the function it returns waits for it.
func (g *gateway) profile(s settings, id string) (wait func()) {
	if !s.profile {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		url := fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", g.env["OVERGANG_ADMIN_URL"], int(s.seconds.Seconds()))
		if err := fetch(url, filepath.Join(benchDir, id+".pprof")); err != nil {
			fmt.Fprintln(os.Stderr, "profile:", err)
		}
	}()
	return func() { <-done }
}
