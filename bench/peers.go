package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// peer is a SOAP server that others wrote, serving SubmitFormTaskBasic from
// our WSDL: it parses and answers, checks no credentials and stores nothing.
type peer struct {
	name   string
	folder string // of bench/peers
	files  bool   // serves UploadFileStreamedBasic too: it keeps no files, and computes no MD5
}

var peers = []peer{
	{"npm soap 1.13", "node-soap", false},
	{"gSOAP 2.8", "gsoap", false},
	{"JAX-WS RI 2.3", "jaxws", true},
	{"Apache CXF 4.1", "cxf", true},
}

// build installs, generates and compiles the peer. It is quick when it was built before.
func (p peer) build(ctx context.Context, wsdl string) error {
	cmd := exec.CommandContext(ctx, filepath.Join("bench/peers", p.folder, "build"), wsdl, p.out())
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("building %s: %w", p.name, err)
	}
	return nil
}

func (p peer) out() string { return filepath.Join(benchDir, "peers", p.folder) }

// start starts the peer and returns its base address. more is for its script.
func (p peer) start(ctx context.Context, more ...string) (*process, string, error) {
	port, err := freePort()
	if err != nil {
		return nil, "", err
	}
	server, err := start(filepath.Join("bench/peers", p.folder, "serve"), append([]string{p.out(), port}, more...)...)
	if err != nil {
		return nil, "", err
	}
	ready, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := listening(ready, "127.0.0.1:"+port); err != nil {
		server.stop(true)
		return nil, "", fmt.Errorf("%s: %w: see %s", p.name, err, server.log)
	}
	return server, "http://127.0.0.1:" + port, nil
}

// measure starts the peer, warms it up and loads it with script.
func (p peer) measure(ctx context.Context, script string, warmup, duration time.Duration) (load, int64, error) {
	server, url, err := p.start(ctx)
	if err != nil {
		return load{}, 0, err
	}
	defer server.stop(true)
	url += intermediaryPath
	if _, err := wrk(ctx, benchDir, url, script, warmup); err != nil {
		return load{}, 0, err
	}
	l, err := wrk(ctx, benchDir, url, script, duration)
	if err == nil && l.Errors > 0 {
		err = fmt.Errorf("%s answered %d requests with errors", p.name, l.Errors)
	}
	return l, server.peakRSS(), err
}
