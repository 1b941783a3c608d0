package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/demo"
	"overgang/cmd/overgang/gateway"
)

type serveCommand struct {
	Listen      string `placeholder:"HOST:PORT" help:"Public address without TLS; \"off\" = none. Port 0 takes a free one."`
	ListenTLS   string `name:"listen-tls" placeholder:"HOST:PORT" help:"Public address with TLS; \"off\" = none."`
	ListenAdmin string `placeholder:"HOST:PORT" help:"Operators' address, for health and metrics; \"off\" = none."`
	Demo        bool   `help:"Add synthetic parties, two services, a certificate authority and DATA/demo.env."`
}

// Run serves until a signal comes or a listener breaks.
func (c *serveCommand) Run(s *session) error {
	conf, unused, err := s.settings()
	if err != nil {
		return err
	}
	if c.Demo && conf.Listen.TLS.Address == "" {
		conf.Listen.TLS.Address = demo.TLSAddress
	}
	c.overlay(&conf)
	if c.Demo {
		if err := demo.Prepare(&conf, s.Now()); err != nil {
			return err
		}
	}
	if err := conf.Check(); err != nil {
		return err
	}
	lines := gateway.NewLogBuffer(s.Stderr)
	defer lines.Close()
	log := gateway.NewLogger(conf.Log, lines)
	for _, name := range unused {
		log.Warn("environment variable is no setting", "name", name)
	}
	g, err := gateway.Open(s.ctx, gateway.Options{Config: conf, Version: buildVersion(), Logger: log, Now: s.Now})
	if err != nil {
		return opening(err)
	}
	return c.serve(s, g, conf, log)
}

// overlay applies the flags.
func (c *serveCommand) overlay(conf *config.Config) {
	for _, o := range []struct {
		flag    string
		setting *string
	}{
		{c.Listen, &conf.Listen.Plain.Address}, {c.ListenTLS, &conf.Listen.TLS.Address}, {c.ListenAdmin, &conf.Listen.Admin.Address},
	} {
		switch o.flag {
		case "":
		case "off":
			*o.setting = ""
		default:
			*o.setting = o.flag
		}
	}
}

// opening says what to do about the errors that operators meet most.
func opening(err error) error {
	var used *gateway.InUse
	if errors.As(err, &used) {
		return &exitError{exitRefused, err}
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return &exitError{exitRefused, fmt.Errorf("%w: choose another one with --listen, --listen-tls or --listen-admin; port 0 takes a free one", err)}
	}
	return err
}

func (c *serveCommand) serve(s *session, g *gateway.Gateway, conf config.Config, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	var show *demo.Demo
	if c.Demo {
		var err error
		if show, err = demo.Seed(ctx, g, s.Now); err != nil {
			return errors.Join(err, g.Stop(ctx))
		}
	}
	failed := make(chan error, 3)
	g.Serve(func(err error) { failed <- err })
	c.announce(s, g)
	watched := make(chan struct{})
	if show != nil {
		if err := show.Announce(s.Stdout); err != nil {
			return errors.Join(err, g.Stop(ctx))
		}
	}
	fmt.Fprintln(s.Stdout, "ready")
	gateway.CollectLess()
	go func() {
		defer close(watched)
		if show != nil {
			g.Keep(ctx, "show messages", func(ctx context.Context) { show.ShowMessages(ctx, s.Stdout) })
		}
	}()

	var broken error
	select {
	case <-s.Signals:
	case <-s.ctx.Done():
	case broken = <-failed:
		log.Error("stopping", "error", broken)
	}
	cancel()
	<-watched
	return errors.Join(broken, s.stop(g, conf.Pace.Stop))
}

// announce prints the addresses that were taken.
func (c *serveCommand) announce(s *session, g *gateway.Gateway) {
	for _, name := range []string{"plain", "tls", "admin"} {
		if l := g.Server(name); l != nil {
			fmt.Fprintf(s.Stdout, "listening %-5s %s\n", name, l.URL())
		}
	}
}

// stop stops gracefully, for at most as long as allowed or until the next signal.
func (s *session) stop(g *gateway.Gateway, allowed time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), allowed)
	defer cancel()
	stopped := make(chan error, 1)
	go func() { stopped <- g.Stop(ctx) }()
	select {
	case err := <-stopped:
		if errors.Is(err, context.DeadlineExceeded) {
			return &exitError{exitCutOff, fmt.Errorf("not everything was finished in %v (pace.stop): the rest was cut off", allowed)}
		}
		return err
	case <-s.Signals:
		cancel() // connections are closed; what the store accepted is still written
		select {
		case <-stopped:
		case <-time.After(time.Second):
		}
		return &exitError{exitCutOff, errors.New("stopped at the second signal: requests under way were cut off")}
	}
}
