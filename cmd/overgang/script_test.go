package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/demo"
)

// patience is how long tests wait for what has to happen: machines that test
// may stand still for seconds.
const patience = time.Minute

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"overgang": main})
}

// TestScripts runs testdata/script: the command line as an operator meets it,
// each command in a process of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Values[gatewaysKey{}] = map[string]*process{}
			e.Setenv("OVERGANG_LOG_LEVEL", "info")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":  exits,
			"serve":  serve,
			"finish": finish,
			"source": source,
			"fetch":  fetch,
			"status": status,
			"logged": logged,
			"later":  later,

			"certificate": certificate,
		},
	})
}

// exits CODE COMMAND…: the command ends with that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := command(ts, args[1], args[2:]...)
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("%s exits with %d, want %d", args[1], got, want)
	}
}

// command prepares a process in the script's directory and environment.
func command(ts *testscript.TestScript, name string, args ...string) *exec.Cmd {
	path := name
	if !strings.Contains(name, "/") {
		for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
			if p := filepath.Join(dir, name); executable(p) {
				path = p
				break
			}
		}
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = ts.MkAbs(".")
	names := []string{"PATH", "HOME", "TMPDIR", "OVERGANG_CONFIG"}
	for _, path := range config.Paths() {
		names = append(names, config.Variable(path))
	}
	for _, name := range names {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	return cmd
}

type gatewaysKey struct{}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0 && !info.IsDir()
}

// process is a gateway that a script has started.
type process struct {
	cmd  *exec.Cmd
	out  output // what it printed
	log  output
	done chan struct{}
}

// output is written by a process and read by a script.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// serve NAME ARG…: starts `overgang serve` and waits until it listens.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: serve NAME ARG…")
	}
	p := &process{done: make(chan struct{})}
	p.cmd = command(ts, "overgang", append([]string{"serve"}, args[1:]...)...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.log
	ts.Check(p.cmd.Start())
	go func() { defer close(p.done); p.cmd.Wait() }()
	ts.Defer(func() { p.cmd.Process.Kill(); <-p.done })
	ts.Value(gatewaysKey{}).(map[string]*process)[args[0]] = p
	ready := regexp.MustCompile(`(?m)^ready$`)
	for begun := time.Now(); !ready.MatchString(p.out.String()); time.Sleep(5 * time.Millisecond) {
		select {
		case <-p.done:
			ts.Fatalf("serve ended at once:\n%s%s", p.out.String(), p.log.String())
		default:
		}
		if time.Since(begun) > patience {
			ts.Fatalf("serve does not get ready:\n%s%s", p.out.String(), p.log.String())
		}
	}
	io.WriteString(ts.Stdout(), p.out.String())
}

func gatewayOf(ts *testscript.TestScript, name string) *process {
	p := ts.Value(gatewaysKey{}).(map[string]*process)[name]
	if p == nil {
		ts.Fatalf("no gateway %s was started", name)
	}
	return p
}

// finish NAME CODE: SIGTERM; the gateway ends with that exit code.
func finish(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: finish NAME CODE")
	}
	p := gatewayOf(ts, args[0])
	ts.Check(p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.done:
	case <-time.After(patience):
		ts.Fatalf("%s does not stop:\n%s", args[0], p.log.String())
	}
	if got := strconv.Itoa(p.cmd.ProcessState.ExitCode()); got != args[1] {
		ts.Fatalf("%s exits with %s, want %s:\n%s", args[0], got, args[1], p.log.String())
	}
}

// source FILE: sets the variables of a demo.env in the script, and
// PLAIN_ADDRESS, the host:port of OVERGANG_URL.
func source(ts *testscript.TestScript, neg bool, args []string) {
	e, err := demo.ReadEnvironment(ts.MkAbs(args[0]))
	ts.Check(err)
	for name, value := range e.All() {
		ts.Setenv(name, value)
	}
	ts.Setenv("PLAIN_ADDRESS", strings.TrimPrefix(e.Get("OVERGANG_URL"), "http://"))
}

// fetch URL [HEADER…]: gets the page; stdout is its body, status its status.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	roots := x509.NewCertPool()
	if ca := ts.Getenv("OVERGANG_CA"); ca != "" {
		roots.AppendCertsFromPEM([]byte(ts.ReadFile(ca)))
	}
	client := &http.Client{Timeout: patience, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}}
	req, err := http.NewRequest(http.MethodGet, args[0], nil)
	ts.Check(err)
	for _, header := range args[1:] {
		name, value, _ := strings.Cut(header, ": ")
		req.Header.Set(name, value)
	}
	res, err := client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
	ts.Setenv("STATUS", strconv.Itoa(res.StatusCode))
}

// status PATTERN: of the last fetch.
func status(ts *testscript.TestScript, neg bool, args []string) {
	got := ts.Getenv("STATUS")
	if regexp.MustCompile("^(?:"+args[0]+")$").MatchString(got) == neg {
		ts.Fatalf("status %s, want %s (negated: %v)", got, args[0], neg)
	}
}

// logged NAME TEXT: the gateway's log has the text.
func logged(ts *testscript.TestScript, neg bool, args []string) {
	p := gatewayOf(ts, args[0])
	wait := patience
	if neg {
		wait = time.Second
	}
	for begun := time.Now(); !strings.Contains(p.log.String(), args[1]) && time.Since(begun) < wait; {
		time.Sleep(10 * time.Millisecond) // lines come a little later than answers
	}
	if strings.Contains(p.log.String(), args[1]) == neg {
		ts.Fatalf("log has %q: %v\n%s", args[1], !neg, p.log.String())
	}
}

// later NAME PATTERN: the gateway prints it at last.
func later(ts *testscript.TestScript, neg bool, args []string) {
	p := gatewayOf(ts, args[0])
	pattern := regexp.MustCompile(args[1])
	for begun := time.Now(); !pattern.MatchString(p.out.String()); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > patience {
			ts.Fatalf("%s does not print %s:\n%s", args[0], args[1], p.out.String())
		}
	}
}
