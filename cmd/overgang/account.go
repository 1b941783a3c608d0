package main

import (
	"fmt"

	"overgang/rest"
)

// passwordFlags say where a new password comes from.
type passwordFlags struct {
	PasswordFile string `placeholder:"FILE" help:"File with the password on its first line, - for standard input. Without it, one is made."`
}

// set gives an account a new password, and prints it if it was made. A new
// password also ends a lockout.
func (f passwordFlags) set(s *session, find func(*session, *office) (rest.Subject, error), format string, args ...any) error {
	password, err := s.secretFrom(f.PasswordFile)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		subject, err := find(s, o)
		if err != nil {
			return named(err, format, args...)
		}
		set, err := o.SetPassword(s.ctx, subject, password)
		if err == nil {
			err = o.Unlock(s.ctx, subject)
		}
		if err != nil || password != "" {
			return named(err, format, args...)
		}
		_, err = fmt.Fprintf(s.Stdout, "password %s\n", set.Reveal())
		return err
	})
}

// enable lets an account log in, also when it was locked out, or stops it.
func (s *session) enable(enabled bool, find func(*session, *office) (rest.Subject, error), format string, args ...any) error {
	return s.inOffice(func(o *office) error {
		subject, err := find(s, o)
		if err == nil {
			err = o.SetDisabled(s.ctx, subject, !enabled)
		}
		if err == nil && enabled {
			err = o.Unlock(s.ctx, subject)
		}
		return named(err, format, args...)
	})
}

// systemArg names an end-user system.
type systemArg struct {
	ID int32 `arg:"" name:"id"`
}

func (a systemArg) subject(*session, *office) (rest.Subject, error) {
	return rest.SystemSubject(rest.SystemID(a.ID)), nil
}

type systemPasswordCommand struct {
	systemArg
	passwordFlags
}

// Run sets the password.
func (c *systemPasswordCommand) Run(s *session) error { return c.set(s, c.subject, "system %d", c.ID) }

type systemDisableCommand struct{ systemArg }

// Run disables the system.
func (c *systemDisableCommand) Run(s *session) error {
	return s.enable(false, c.subject, "system %d", c.ID)
}

type systemEnableCommand struct{ systemArg }

// Run enables the system.
func (c *systemEnableCommand) Run(s *session) error {
	return s.enable(true, c.subject, "system %d", c.ID)
}

// personArg names a person.
type personArg struct {
	Person string `arg:"" help:"National identity number, id:NUMBER or user name."`
}

func (a personArg) subject(s *session, o *office) (rest.Subject, error) {
	ref, err := partyRef(a.Person)
	if err != nil {
		return "", err
	}
	p, err := o.Party(s.ctx, ref)
	return rest.PersonSubject(p.ID), err
}

type personPasswordCommand struct {
	personArg
	passwordFlags
}

// Run sets the password.
func (c *personPasswordCommand) Run(s *session) error {
	return c.set(s, c.subject, "person %s", c.Person)
}

type personDisableCommand struct{ personArg }

// Run stops the person from logging in.
func (c *personDisableCommand) Run(s *session) error {
	return s.enable(false, c.subject, "person %s", c.Person)
}

type personEnableCommand struct{ personArg }

// Run lets the person log in.
func (c *personEnableCommand) Run(s *session) error {
	return s.enable(true, c.subject, "person %s", c.Person)
}
