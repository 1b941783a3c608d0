package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// securedPeer serves SubmitFormTask in WS and in EC2 from our WSDLs. It checks
// passwords and signatures, and stores nothing.
var securedPeer = peer{name: "Apache CXF 4.1", folder: "cxf-secured"}

// measureSecuredPeer sends it what W3 to W5 send: the session's messages are
// made for its own sessions.
func measureSecuredPeer(ctx context.Context, s settings) ([]row, error) {
	env, form, data, err := secureDocuments(ctx, s)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(data)
	out := securedPeer.out()
	build := exec.CommandContext(ctx, "bench/peers/cxf-secured/build", benchDir, out)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("building %s: %w", securedPeer.name, err)
	}
	trusted, err := trustStore(env)
	if err != nil {
		return nil, err
	}
	server, url, err := securedPeer.start(ctx, trusted, env["SYSTEM_PASSWORD"])
	if err != nil {
		return nil, err
	}
	defer server.stop(true)
	ready, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	env["OVERGANG_URL"] = url
	if err := published(ready, url+wsPath); err != nil {
		return nil, err
	}
	g := &gateway{process: server, env: env}
	s.profile = false
	var rows []row
	for _, work := range []struct {
		id, note string
		run      func() (row, error)
	}{
		{"W3", "EC2 submission; stores nothing, checks no form", func() (row, error) { return g.measureCalls(ctx, s, form) }},
		{"W4", "EC2 token request and answer", func() (row, error) { return g.measureTokens(ctx, s) }},
		{"W5", "WS submission; stores nothing, checks no form", func() (row, error) { return g.measureUser(ctx, s, form) }},
	} {
		var r row
		for range 2 { // the first warms the virtual machine up
			if r, err = work.run(); err != nil {
				return nil, fmt.Errorf("%s of %s: %w", work.id, securedPeer.name, err)
			}
		}
		r.id, r.who, r.note = work.id, securedPeer.name, work.note
		rows = append(rows, r)
	}
	return rows, nil
}

// published waits until an endpoint, the last that its server publishes, is there.
func published(ctx context.Context, url string) error {
	for {
		res, err := http.Get(url + "?wsdl")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s was not published: %w", url, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// secureDocuments keeps the WSDLs of a gateway without TLS, whose policies ask
// for none, and returns its environment, its form, and its data directory, in
// which the certificates are.
func secureDocuments(ctx context.Context, s settings) (env environment, form, data string, err error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, "", "", err
	}
	defer g.stop(false)
	form, err = g.form()
	for file, path := range map[string]string{"ws.wsdl": wsPath, "ec2.wsdl": ec2Path} {
		if err == nil {
			err = fetch(g.env["OVERGANG_URL"]+path+"?singleWsdl", filepath.Join(benchDir, file))
		}
	}
	if err != nil {
		return nil, "", "", err
	}
	// It has no word for HTTP without TLS: its server says that TLS ended in front of it, but not in token requests.
	file := filepath.Join(benchDir, "ec2.wsdl")
	text, err := os.ReadFile(file)
	if err == nil {
		text = bytes.Replace(text, []byte("<sp:HttpToken/>"), []byte(`<sp:HttpsToken RequireClientCertificate="false"/>`), 1)
		err = os.WriteFile(file, bytes.ReplaceAll(text, []byte("<sp:HttpToken/>"), nil), 0o600)
	}
	return maps.Clone(g.env), form, g.data, err
}

// trustStore is a key store with the demo's enterprise certificate, for Java.
func trustStore(env environment) (file string, err error) {
	c, err := certificateOf(env)
	if err != nil {
		return "", err
	}
	store, err := pkcs12.Modern.WithRand(rand.Reader).EncodeTrustStore([]*x509.Certificate{c.Cert}, "changeit")
	if err != nil {
		return "", err
	}
	file = filepath.Join(benchDir, "trusted.p12")
	return file, os.WriteFile(file, store, 0o600)
}
