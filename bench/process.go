package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// process is a server under test, started as a child in a process group of its own.
type process struct {
	cmd *exec.Cmd
	log string // the file that it writes to: a pipe that is read slowly would be measured too
}

func start(name string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(name, args...), log: filepath.Join(benchDir, filepath.Base(name)+".log")}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	p.cmd.Stdout, p.cmd.Stderr = log, log
	// One certificate asks for all the tokens that W4 wants.
	p.cmd.Env = append(os.Environ(), "OVERGANG_LISTEN_ADMIN_PPROF=true", "OVERGANG_SECURITY_TOKEN_REQUESTS=1000000")
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	return p, nil
}

// stop ends the process group, at once when hard is set.
func (p *process) stop(hard bool) {
	signal := syscall.SIGTERM
	if hard {
		signal = syscall.SIGKILL
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, signal)
	_ = p.cmd.Wait()
}

// peakRSS is the high-water mark of the process's resident memory in bytes.
func (p *process) peakRSS() int64 { return statusField(p.cmd.Process.Pid, "VmHWM:") }

// cpuTime is what the process has used so far, in its own code and in the
// kernel (proc(5), stat: fields 14 and 15, in hundredths of a second).
func (p *process) cpuTime() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // from the third on
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(string(fields[11]), 10, 64)
	system, _ := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// cpuEach is what each of n requests has cost since a time of [process.cpuTime].
func (p *process) cpuEach(since time.Duration, n float64) time.Duration {
	return time.Duration(float64(p.cpuTime()-since) / max(1, n))
}

// resetPeak sets the mark back to what is resident now (proc(5), clear_refs).
func (p *process) resetPeak() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0)
}

func statusField(pid int, field string) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		if words := bytes.Fields(line); len(words) == 3 && string(words[0]) == field {
			kb, _ := strconv.ParseInt(string(words[1]), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// listening waits until something accepts connections at address.
func listening(ctx context.Context, address string) error {
	for {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nothing listens at %s: %w", address, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// freePort returns a TCP port of the loopback that nobody uses now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
