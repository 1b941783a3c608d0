// Command loader fills a data directory with instances as a gateway that has
// run for two years holds them: for measuring lists, not for use. It writes
// through the store's own driver, in large transactions.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cheggaaa/pb/v3"

	"overgang/rest"
	"overgang/store"
	"overgang/store/sqlstore"
)

// perUpdate is how many instances one update stores; callers is how many
// updates wait for the same commit.
const perUpdate, callers = 250, 8

func main() {
	data := flag.String("data", "", "data directory; it must exist")
	count := flag.Int("instances", 1_000_000, "how many to add")
	app := flag.String("app", "ttd/melding", "org/app that gets nine in ten; the rest goes to org/annet")
	reader := flag.String("reader", "", "national identity number of a person who is to read for a hundred of the parties")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	org, name, ok := strings.Cut(*app, "/")
	if *data == "" || !ok || *count < 1 {
		fmt.Fprintln(os.Stderr, "loader: -data, -app org/app and a positive -instances are needed")
		os.Exit(2)
	}
	begun := time.Now()
	if err := load(ctx, *data, generator{app: rest.AppID{Org: org, App: name}, count: *count, end: begun, reader: rest.NationalID(*reader)}); err != nil {
		fmt.Fprintln(os.Stderr, "loader:", err)
		os.Exit(1)
	}
	took := time.Since(begun)
	fmt.Printf("%d instances in %s (%.0f/s)\n", *count, took.Round(time.Millisecond), float64(*count)/took.Seconds())
}

func load(ctx context.Context, data string, g generator) (err error) {
	s, err := sqlstore.Open(ctx, sqlstore.Options{Path: filepath.Join(data, "overgang.db")})
	if err != nil {
		return err
	}
	defer func() {
		if e := s.Close(); err == nil {
			err = e
		}
	}()
	if err := s.Update(ctx, g.parties); err != nil {
		return err
	}
	progress, done := bar(g.count)
	defer done()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for ctx.Err() == nil {
				from := int(next.Add(perUpdate)) - perUpdate
				if from >= g.count {
					return
				}
				to := min(from+perUpdate, g.count)
				if err := s.Update(ctx, func(tx store.Tx) error { return g.instances(tx, from, to) }); err != nil {
					cancel(err)
					return
				}
				progress(to - from)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// bar shows progress on a terminal, and nothing elsewhere.
func bar(total int) (add func(int), done func()) {
	if info, err := os.Stderr.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(int) {}, func() {}
	}
	b := pb.New(total).SetWriter(os.Stderr).Start()
	return func(n int) { b.Add(n) }, func() { b.Finish() }
}
