package main

import (
	"fmt"
	"strconv"

	"overgang/rest"
	"overgang/rest/core"
)

type systemCommands struct {
	Add      systemAddCommand      `cmd:"" help:"Register an end-user system and print its id and password."`
	List     systemListCommand     `cmd:"" help:"List the registered systems."`
	Disable  systemDisableCommand  `cmd:"" help:"Stop a system from logging in."`
	Enable   systemEnableCommand   `cmd:"" help:"Let it log in again, also when it was locked out."`
	Password systemPasswordCommand `cmd:"" help:"Set a new password, or make one and print it."`
	Remove   systemRemoveCommand   `cmd:"" help:"Remove a system and its grants. What it sent stays."`
}

type systemAddCommand struct {
	Name         string `required:"" help:"What it is called in lists."`
	ID           int32  `name:"id" placeholder:"NUMBER" help:"The id it logs in with. Without it, the next free one."`
	PasswordFile string `placeholder:"FILE" help:"File with the password on its first line, - for standard input. Without it, one is made."`
	Language     string `placeholder:"nb|nn|se|en" help:"What it is told errors in where its calls name no language. Without it, bokmål."`
}

// Run registers the system.
func (c *systemAddCommand) Run(s *session) error {
	password, err := s.secretFrom(c.PasswordFile)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		system, set, err := o.AddSystem(s.ctx, core.NewSystem{ID: rest.SystemID(c.ID), Name: c.Name, Language: c.Language, Password: password})
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Stdout, "system %d\n", system.ID)
		if password == "" {
			fmt.Fprintf(s.Stdout, "password %s\n", set.Reveal())
		}
		return nil
	})
}

type systemListCommand struct{ listFlags }

// Run lists the systems.
func (c *systemListCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		list, err := o.Systems(s.ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, system := range list {
			rows = append(rows, []string{strconv.Itoa(int(system.ID)), system.Name, strconv.FormatBool(!system.Disabled)})
		}
		return c.print(s.Stdout, []string{"ID", "NAME", "ENABLED"}, rows)
	})
}

type systemRemoveCommand struct{ systemArg }

// Run removes the system.
func (c *systemRemoveCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		return named(o.RemoveSystem(s.ctx, rest.SystemID(c.ID)), "system %d", c.ID)
	})
}
