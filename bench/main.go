// Command bench measures the gateway and, in the same run, the SOAP servers
// that others wrote, and prints one table. Run it through bench/run, which
// builds everything first.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// benchDir holds what the run builds and writes.
var benchDir string

// settings are the command line.
type settings struct {
	works   []string
	peers   []string
	seconds time.Duration
	profile bool // take CPU profiles while measuring
	binary  string
	stub    string
	loader  string
}

func main() {
	var s settings
	works := flag.String("works", "peers,secured,W1,W1n,W2,W3,W4,W5,W6,W7,W8,W9,W10,W11", "what to measure; also W12 and W13, which take minutes: more the first time, when a million instances are loaded")
	who := flag.String("peers", "node-soap,gsoap,jaxws,cxf", "which peers, by their folder in bench/peers")
	flag.DurationVar(&s.seconds, "duration", 10*time.Second, "length of each measurement")
	flag.BoolVar(&s.profile, "profile", false, "write CPU profiles of the gateway to the -dir")
	flag.StringVar(&s.binary, "binary", "bin/overgang", "the gateway")
	flag.StringVar(&s.stub, "stub", ".build/bench/stubgateway", "the gateway whose store keeps nothing")
	flag.StringVar(&s.loader, "loader", ".build/bench/loader", "what fills a data directory for W12")
	dir := flag.String("dir", ".build/bench", "where to build and write")
	flag.Parse()
	s.works, s.peers = strings.Split(*works, ","), strings.Split(*who, ",")

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if benchDir, err = filepath.Abs(*dir); err == nil {
		err = run(ctx, s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures what was asked for, in an order that keeps one server alive at a time.
func run(ctx context.Context, s settings) error {
	if err := os.MkdirAll(benchDir, 0o755); err != nil {
		return err
	}
	var rows []row
	for _, work := range []struct {
		id  string
		run func(context.Context, settings) ([]row, error)
	}{{"peers", measurePeers}, {"W1", measureW1}, {"W1n", measureW1n}, {"W2", measureW2}, {"W3", measureW3}, {"W4", measureW4}, {"W5", measureW5}, {"secured", measureSecuredPeer}, {"W6", measureW6}, {"W7", measureW7}, {"W8", measureW8}, {"W9", measureW9}, {"W10", measureW10}, {"W11", measureW11}, {"W12", measureW12}, {"W13", measureW13}} {
		if !slices.Contains(s.works, work.id) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s %s …\n", time.Now().Format(time.TimeOnly), work.id)
		measured, err := work.run(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", work.id, err)
		}
		rows = append(rows, measured...)
	}
	print(os.Stdout, rows)
	return nil
}

// measurePeers loads each peer with W1's requests, and with W6's those that have them.
func measurePeers(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	form, err := g.form()
	if err != nil {
		return nil, err
	}
	script := submissionScript(g.env, form, "peer")
	wsdl := filepath.Join(benchDir, "service.wsdl")
	err = fetch(g.env["OVERGANG_URL"]+intermediaryPath+"?singleWsdl", wsdl)
	g.close()
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, p := range peers {
		if !slices.Contains(s.peers, p.folder) {
			continue
		}
		if err := p.build(ctx, wsdl); err != nil {
			return nil, err
		}
		best := row{id: "W1", who: p.name, note: "stores nothing, checks nothing"}
		// The better of two: a virtual machine's compiler has good days and bad ones.
		for range 2 {
			l, rss, err := p.measure(ctx, script, s.seconds, s.seconds)
			if err != nil {
				return nil, err
			}
			if l.Rate > best.rate {
				best.rate, best.p50, best.p99, best.rss, best.errors = l.Rate, l.P50, l.P99, rss, l.Errors
			}
		}
		rows = append(rows, best)
		if p.files {
			measured, err := p.measureW6(ctx, g.env)
			if err != nil {
				return nil, err
			}
			rows = append(rows, measured...)
		}
	}
	return rows, nil
}
