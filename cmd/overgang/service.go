package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"overgang/rest"
	"overgang/rest/core/seed"
)

type serviceCommands struct {
	Add    serviceAddCommand    `cmd:"" help:"Register services from a file."`
	List   serviceListCommand   `cmd:"" help:"List the registered services."`
	Remove serviceRemoveCommand `cmd:"" help:"Remove a service that has no instances."`
}

type serviceAddCommand struct {
	File string `arg:"" help:"YAML file with services, as for import: see docs/import.md."`
}

// Run adds or replaces the file's services.
func (c *serviceAddCommand) Run(s *session) error {
	f, err := seed.Load(c.File)
	if err != nil {
		return usage(err)
	}
	if len(f.Services) == 0 || len(f.Parties)+len(f.Persons)+len(f.Systems)+len(f.Grants)+len(f.Submissions) > 0 {
		return usage(errors.New(c.File + " must hold services and nothing else: everything together is for overgang import"))
	}
	return s.inOffice(func(o *office) error {
		if _, err := f.Apply(s.ctx, o.Admin); err != nil {
			return badFile(err)
		}
		for _, added := range f.Services {
			fmt.Fprintf(s.Stdout, "service %s/%d is %s\n", added.Code, added.Edition, added.App)
		}
		return nil
	})
}

type serviceListCommand struct{ listFlags }

// Run lists the services.
func (c *serviceListCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		list, err := o.Services(s.ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, a := range list {
			var formats []string
			for _, d := range a.DataTypes {
				if d.IsForm() {
					formats = append(formats, d.DataFormatID+"/"+strconv.Itoa(int(d.DataFormatVersion)))
				}
			}
			rows = append(rows, []string{serviceName(a.Service), a.ID.String(), strings.Join(formats, ","), string(a.Validation), a.Titles["nb"]})
		}
		return c.print(s.Stdout, []string{"SERVICE", "APP", "FORMS", "VALIDATION", "TITLE"}, rows)
	})
}

type serviceRemoveCommand struct {
	Service string `arg:"" help:"CODE/EDITION."`
}

// Run removes the service.
func (c *serviceRemoveCommand) Run(s *session) error {
	ref, err := serviceRef(c.Service)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		list, err := o.Services(s.ctx)
		if err != nil {
			return err
		}
		for _, a := range list {
			if a.Service == ref {
				return o.RemoveService(s.ctx, a.ID)
			}
		}
		return named(rest.Errorf(rest.NotFound, "", ""), "service %s", c.Service)
	})
}
