// Command stubgateway is the gateway with demo data and a store that keeps
// neither instances nor receipts: it measures what everything but the store costs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/demo"
	"overgang/cmd/overgang/gateway"
)

func main() {
	gateway.StartLean()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "stubgateway:", err)
		os.Exit(1)
	}
}

// run takes the arguments of "overgang serve --demo".
func run() error {
	conf := config.Default()
	conf.Listen.Admin.Pprof = true
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.Bool("demo", true, "always on")
	flags.StringVar(&conf.Data, "data", conf.Data, "data directory")
	flags.StringVar(&conf.Listen.Plain.Address, "listen", "127.0.0.1:0", "public address")
	flags.StringVar(&conf.Listen.TLS.Address, "listen-tls", "127.0.0.1:0", "public address with TLS")
	flags.StringVar(&conf.Listen.Admin.Address, "listen-admin", "127.0.0.1:0", "operators' address")
	if err := flags.Parse(os.Args[2:]); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := demo.Prepare(&conf, time.Now()); err != nil {
		return err
	}
	log := gateway.NewLogger(conf.Log, os.Stderr)
	storage, err := gateway.OpenStorage(ctx, conf, log)
	if err != nil {
		return err
	}
	kept := &discard{Store: storage.Store}
	storage.Store = kept
	g, err := gateway.Open(ctx, gateway.Options{Config: conf, Version: "stub", Logger: log, Now: time.Now, Storage: storage})
	if err != nil {
		return err
	}
	seeded, err := demo.Seed(ctx, g, time.Now)
	if err != nil {
		return err
	}
	kept.begin()
	gateway.CollectLess()
	g.Serve(func(err error) { fmt.Fprintln(os.Stderr, err); stop() })
	if err := seeded.Announce(os.Stdout); err != nil {
		return err
	}
	<-ctx.Done()
	return g.Stop(context.Background())
}
