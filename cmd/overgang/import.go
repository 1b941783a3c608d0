package main

import (
	"context"
	"errors"
	"fmt"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/gateway"
	"overgang/rest/core/seed"
)

type importCommand struct {
	File string `arg:"" help:"YAML file of parties, persons, systems, services, grants, prefill, cases, submissions, correspondences and lookups: see docs/import.md."`
}

// Run applies the file, all or nothing; applying it again changes nothing.
func (c *importCommand) Run(s *session) error {
	f, err := seed.Load(c.File)
	if err != nil {
		return usage(err)
	}
	if err := s.inNewOffice(func(o *office) error { return s.apply(o, f) }); err != nil || !f.Brings() {
		return err
	}
	return s.sendIn(f)
}

// apply imports everything but the history and prints what must be handed out.
func (s *session) apply(o *office, f *seed.File) error {
	r, err := f.Apply(s.ctx, o.Admin)
	if err != nil {
		return badFile(err)
	}
	fmt.Fprintf(s.Stdout, "parties %d, persons %d, systems %d, services %d, grants %d\n", r.Parties, r.Persons, r.Systems, r.Services, r.Grants)
	if r.Enterprises > 0 {
		fmt.Fprintf(s.Stdout, "enterprise users %d\n", r.Enterprises)
	}
	if r.Prefills > 0 {
		fmt.Fprintf(s.Stdout, "prefill %d\n", r.Prefills)
	}
	for _, p := range r.Passwords {
		if !p.Given {
			fmt.Fprintf(s.Stdout, "password of %s: %s\n", p.Who, p.Password.Reveal())
		}
	}
	return nil
}

// sendIn brings the file's history: cases, submissions, messages and lookups.
// That needs the content directory, which a running gateway has for itself.
func (s *session) sendIn(f *seed.File) error {
	conf, _, err := s.settings()
	if err != nil {
		return err
	}
	conf.Listen = config.Listen{}
	g, err := gateway.Open(s.ctx, gateway.Options{
		Config: conf, Version: buildVersion(), Now: s.Now,
		Logger: gateway.NewLogger(config.Log{Level: "error", Format: conf.Log.Format}, s.Stderr),
	})
	if err != nil {
		return opening(err)
	}
	brought, err := f.Bring(s.ctx, g.Core())
	g.Serve(func(error) {})
	if err := errors.Join(badFile(err), g.Stop(context.WithoutCancel(s.ctx))); err != nil {
		return err
	}
	for _, done := range brought {
		fmt.Fprintf(s.Stdout, "%s %d, of which new %d\n", done.What, done.All, done.New)
	}
	return nil
}

// badFile makes errors that no kind explains the file's: what it says cannot be.
func badFile(err error) error {
	if err == nil || exitCode(err) != exitFailed {
		return err
	}
	return usage(err)
}
