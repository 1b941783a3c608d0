package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// load is what one run of wrk measured.
type load struct {
	Rate     float64       // requests per second
	P50, P99 time.Duration // latency
	Errors   int           // answers that were not 200, and socket errors
}

// wrk loads url for the given time with one thread and 32 connections, as the
// figures in docs/performance.md were taken. script is a Lua script.
func wrk(ctx context.Context, dir, url, script string, duration time.Duration) (load, error) {
	file := filepath.Join(dir, "load.lua")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		return load{}, err
	}
	cmd := exec.CommandContext(ctx, "wrk", "-t1", "-c32", "--latency", "--timeout", "10s",
		fmt.Sprintf("-d%ds", int(duration.Seconds())), "-s", file, url)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return load{}, fmt.Errorf("wrk: %w\n%s", err, out.String())
	}
	return parseWrk(out.String())
}

var (
	wrkRate    = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkP50     = regexp.MustCompile(`50%\s+([\d.]+)(us|ms|s)`)
	wrkP99     = regexp.MustCompile(`99%\s+([\d.]+)(us|ms|s)`)
	wrkStatus  = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
	wrkSockets = regexp.MustCompile(`Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)`)
)

func parseWrk(out string) (load, error) {
	rate := wrkRate.FindStringSubmatch(out)
	if rate == nil {
		return load{}, fmt.Errorf("wrk printed no rate:\n%s", out)
	}
	var l load
	l.Rate, _ = strconv.ParseFloat(rate[1], 64)
	l.P50, l.P99 = latency(wrkP50, out), latency(wrkP99, out)
	for _, re := range []*regexp.Regexp{wrkStatus, wrkSockets} {
		if m := re.FindStringSubmatch(out); m != nil {
			for _, n := range m[1:] {
				count, _ := strconv.Atoi(n)
				l.Errors += count
			}
		}
	}
	return l, nil
}

func latency(re *regexp.Regexp, out string) time.Duration {
	m := re.FindStringSubmatch(out)
	if m == nil {
		return 0
	}
	d, _ := time.ParseDuration(strings.Replace(m[1]+m[2], "us", "µs", 1))
	return d
}
