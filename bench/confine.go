package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// confined is the flag -memory.
var confined = flag.Int64("memory", 128, "MB that W6, W7 and W8 are measured within once more; 0 = they are not")

// withinToo measures a work, and then again with the gateway confined to
// so much memory: its own, the kernel's for its sockets, and the page cache that
// it fills. Where no control group can be made it is measured once.
func withinToo(ctx context.Context, s settings, measure func(context.Context, settings) ([]row, error)) ([]row, error) {
	rows, err := measure(ctx, s)
	if err != nil || *confined == 0 {
		return rows, err
	}
	c, err := confine(*confined<<20, s.binary)
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Fprintln(os.Stderr, err)
		return rows, nil
	}
	if err != nil {
		return nil, err
	}
	defer c.close()
	s.binary = c.script
	within, err := measure(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("within %d MB, of which it had %d: %w", *confined, c.peak()>>20, err)
	}
	for i := range within {
		within[i].note += fmt.Sprintf(", within %d MB for everything", *confined)
	}
	return append(rows, within...), nil
}

// confinement is a control group for one gateway at a time.
type confinement struct {
	dir    string
	script string // starts the gateway in it
	most   string // the file that tells the peak
}

// controllers are where memory is controlled: cgroup v2, and v1.
var controllers = []struct{ root, limit, swap, peak string }{
	{"/sys/fs/cgroup", "memory.max", "memory.swap.max", "memory.peak"},
	{"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.swappiness", "memory.max_usage_in_bytes"},
}

// confine makes a control group with a limit in bytes, and no swap.
func confine(limit int64, binary string) (*confinement, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	for _, m := range controllers {
		dir := filepath.Join(m.root, "overgang-bench-"+strconv.Itoa(os.Getpid()))
		if os.Mkdir(dir, 0o755) != nil {
			continue
		}
		c := &confinement{dir: dir, script: filepath.Join(benchDir, "confined"), most: filepath.Join(dir, m.peak)}
		if os.WriteFile(filepath.Join(dir, m.limit), strconv.AppendInt(nil, limit, 10), 0) != nil {
			c.close() // a group without this controller
			continue
		}
		_ = os.WriteFile(filepath.Join(dir, m.swap), []byte("0"), 0) // there may be none
		script := fmt.Sprintf("#!/bin/sh\necho $$ >%s/cgroup.procs\nexec %s \"$@\"\n", dir, binary)
		if err := os.WriteFile(c.script, []byte(script), 0o755); err != nil {
			c.close()
			return nil, err
		}
		return c, nil
	}
	return nil, fmt.Errorf("no control group can be made, so nothing is measured within %d MB: %w", limit>>20, errors.ErrUnsupported)
}

// peak is the most that was charged, in bytes; 0 = the kernel does not tell.
func (c *confinement) peak() int64 {
	text, _ := os.ReadFile(c.most)
	n, _ := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	return n
}

// close removes the group, which is empty once its processes have ended.
func (c *confinement) close() { _ = os.Remove(c.dir) }
