package main

import (
	"fmt"

	"overgang/cmd/overgang/config"
)

type configCommands struct {
	Print configPrintCommand `cmd:"" help:"Print the configuration as it takes effect, with secrets redacted."`
	Check configCheckCommand `cmd:"" help:"Say everything that is wrong with the configuration, and which environment variables are not used."`
	Keys  configKeysCommand  `cmd:"" help:"List every setting and its environment variable."`
}

type configPrintCommand struct{}

// Run prints what the file, the environment and the flags come to.
func (*configPrintCommand) Run(s *session) error {
	c, _, err := s.settings()
	if err != nil {
		return err
	}
	return c.Print(s.Stdout)
}

type configCheckCommand struct{}

// Run checks without starting anything.
func (*configCheckCommand) Run(s *session) error {
	c, unused, err := s.settings()
	if err != nil {
		return err
	}
	for _, name := range unused {
		fmt.Fprintf(s.Stderr, "overgang: warning: environment variable %s is no setting; overgang config keys lists them\n", name)
	}
	if err := c.Check(); err != nil {
		return err
	}
	fmt.Fprintln(s.Stdout, "The configuration can serve.")
	return nil
}

type configKeysCommand struct{}

// Run lists the settings.
func (*configKeysCommand) Run(s *session) error {
	for _, path := range config.Paths() {
		fmt.Fprintf(s.Stdout, "%-28s %s\n", path, config.Variable(path))
	}
	return nil
}
