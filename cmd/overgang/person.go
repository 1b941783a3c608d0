package main

import (
	"fmt"
	"strconv"

	"overgang/rest"
	"overgang/rest/core"
)

type personCommands struct {
	Add      personAddCommand      `cmd:"" help:"Register a person who logs in, and print password and one-time codes."`
	List     personListCommand     `cmd:"" help:"List the persons who can log in."`
	Letter   personLetterCommand   `cmd:"" help:"Replace a person's one-time codes and print the new ones."`
	Disable  personDisableCommand  `cmd:"" help:"Stop a person from logging in."`
	Enable   personEnableCommand   `cmd:"" help:"Let a person log in again, also when locked out."`
	Password personPasswordCommand `cmd:"" help:"Set a new password, or make one and print it."`
	Remove   personRemoveCommand   `cmd:"" help:"Take a person's login and grants away. The party stays."`
}

type personAddCommand struct {
	SSNFile      string `name:"ssn-file" required:"" placeholder:"FILE" help:"File with the national identity number on its first line, - for standard input."`
	Name         string `required:"" help:"The person's name."`
	UserName     string `help:"A name of its own that may stand in for a system's id."`
	Phone        string `help:"Telephone number for codes by text message."`
	Language     string `placeholder:"nb|nn|se|en" help:"What the person is answered in where a call names no language. Without it, bokmål."`
	PasswordFile string `placeholder:"FILE" help:"File with the password on its first line. Without it, one is made."`
}

// Run registers the person.
func (c *personAddCommand) Run(s *session) error {
	ssn, err := s.secretFrom(c.SSNFile)
	if err != nil {
		return err
	}
	password, err := s.secretFrom(c.PasswordFile)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		added, err := o.AddPerson(s.ctx, core.NewPerson{
			SSN: rest.NationalID(ssn.Reveal()), Name: c.Name, UserName: c.UserName, Phone: c.Phone, Language: c.Language, Password: password})
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Stdout, "person %d\n", added.Party.ID)
		if password == "" {
			fmt.Fprintf(s.Stdout, "password %s\n", added.Password.Reveal())
		}
		return s.printCodes(added.Codes)
	})
}

// printCodes prints a letter, one numbered code a line.
func (s *session) printCodes(codes []rest.Secret) error {
	for i, code := range codes {
		if _, err := fmt.Fprintf(s.Stdout, "code %d %s\n", i+1, code.Reveal()); err != nil {
			return err
		}
	}
	return nil
}

type personListCommand struct {
	listFlags
	Numbers bool `help:"Show national identity numbers, which are masked otherwise."`
}

// Run lists the persons.
func (c *personListCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		list, err := o.Persons(s.ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, p := range list {
			rows = append(rows, []string{strconv.Itoa(int(p.ID)), masked(p, c.Numbers), p.UserName, p.Name})
		}
		return c.print(s.Stdout, []string{"ID", "NUMBER", "USER NAME", "NAME"}, rows)
	})
}

type personLetterCommand struct {
	Person string `arg:"" help:"National identity number, id:NUMBER or user name."`
	Codes  int    `default:"30" help:"How many."`
}

// Run replaces the letter.
func (c *personLetterCommand) Run(s *session) error {
	ref, err := partyRef(c.Person)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		codes, err := o.NewLetter(s.ctx, ref, c.Codes)
		if err != nil {
			return named(err, "person %s", c.Person)
		}
		return s.printCodes(codes)
	})
}

type personRemoveCommand struct{ personArg }

// Run takes the login away.
func (c *personRemoveCommand) Run(s *session) error {
	ref, err := partyRef(c.Person)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error { return named(o.RemovePerson(s.ctx, ref), "person %s", c.Person) })
}
