package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A command that waits for its standard input heeds nothing: two signals end it.
func TestSecondSignalEndsACommand(t *testing.T) {
	data := t.TempDir()
	made := &Main{Args: []string{"--data", data, "import", writeImport(t)}, Now: time.Now, Stdout: io.Discard, Stderr: io.Discard}
	if code := made.Run(t.Context()); code != exitOK {
		t.Fatalf("import: exit code %d", code)
	}
	in, pipe := io.Pipe()
	defer pipe.Close()
	var log output
	m := &Main{Args: []string{"--data", data, "person", "add", "--ssn-file", "-", "--name", "Nobody"},
		Now: time.Now, Stdin: in, Stdout: io.Discard, Stderr: &log, Signals: make(chan os.Signal, 2)}
	code := make(chan int, 1)
	go func() { code <- m.Run(t.Context()) }()
	m.Signals <- syscall.SIGINT
	m.Signals <- syscall.SIGINT
	select {
	case got := <-code:
		if got != exitCutOff || !strings.Contains(log.String(), "interrupted") {
			t.Errorf("exit code %d, log %q", got, log.String())
		}
	case <-time.After(patience):
		t.Fatal("goes on")
	}
}

// What heeds nothing is left behind: at once after the second signal, and in
// time without one.
func TestSignalsLeaveACommandBehind(t *testing.T) {
	for signals, want := range map[int]time.Duration{1: letGo, 2: 0} {
		synctest.Test(t, func(t *testing.T) {
			m := &Main{Signals: make(chan os.Signal, 2)}
			for range signals {
				m.Signals <- syscall.SIGINT
			}
			end := make(chan struct{})
			defer close(end)
			begun := time.Now()
			err := m.interruptible(t.Context(), func(context.Context) error { <-end; return nil })
			if took := time.Since(begun); exitCode(err) != exitCutOff || took != want {
				t.Errorf("%d signals: %v after %v, want it after %v", signals, err, took, want)
			}
		})
	}
}

func TestSignalLetsACommandCleanUp(t *testing.T) {
	m := &Main{Signals: make(chan os.Signal, 2)}
	failed := errors.New("failed by itself")
	for _, c := range []struct {
		name string
		end  error
		want int
	}{{"cut off", context.Canceled, exitCutOff}, {"through", nil, exitOK}, {"failed", failed, exitFailed}} {
		m.Signals <- syscall.SIGTERM
		cleaned := false
		err := m.interruptible(t.Context(), func(ctx context.Context) error {
			<-ctx.Done()
			cleaned = true
			return c.end
		})
		if code := exitCode(err); code != c.want || !cleaned {
			t.Errorf("%s: exit code %d, want %d; cleaned up %t", c.name, code, c.want, cleaned)
		}
	}
}

func writeImport(t *testing.T) string {
	t.Helper()
	path := t.TempDir() + "/import.yaml"
	if err := os.WriteFile(path, []byte("parties:\n  - orgNumber: \"310000019\"\n    name: Somebody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
