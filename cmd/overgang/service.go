package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"overgang/rest"
	"overgang/rest/core/seed"
)

type serviceCommands struct {
	Add    serviceAddCommand    `cmd:"" help:"Register services from a file."`
	List   serviceListCommand   `cmd:"" help:"List the registered services."`
	Show   serviceShowCommand   `cmd:"" help:"Show a service: titles, data types, steps, or one schema."`
	Remove serviceRemoveCommand `cmd:"" help:"Remove a service that has no instances."`

	Certificate serviceCertificateCommands `cmd:"" help:"Certificates that senders encrypt a service's sensitive fields with."`
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
	if !f.Only("Services") {
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

type serviceShowCommand struct {
	Service string `arg:"" help:"CODE/EDITION."`
	Schema  string `help:"Print the XML schema of this data type, and nothing else." placeholder:"TYPE"`
}

// Run shows the service.
func (c *serviceShowCommand) Run(s *session) error {
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
				return c.print(s, a)
			}
		}
		return named(rest.Errorf(rest.NotFound, "", ""), "service %s", c.Service)
	})
}

func (c *serviceShowCommand) print(s *session, a *rest.Application) error {
	if c.Schema != "" {
		d := a.Type(c.Schema)
		if d == nil || len(d.Schema) == 0 {
			return named(rest.Errorf(rest.NotFound, "", ""), "schema of %s in service %s", c.Schema, c.Service)
		}
		_, err := s.Stdout.Write(d.Schema)
		return err
	}
	w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "service\t%s\napp\t%s\nvalidation\t%s\n", serviceName(a.Service), a.ID, a.Validation)
	for _, language := range slices.Sorted(maps.Keys(a.Titles)) {
		fmt.Fprintf(w, "title %s\t%s\n", language, a.Titles[language])
	}
	for _, d := range a.DataTypes {
		fmt.Fprintf(w, "data type %s\t%s\n", d.ID, describe(d))
	}
	for _, step := range a.Process {
		fmt.Fprintf(w, "step\t%s\n", step.ID)
	}
	for i := range a.Certificates {
		c := &a.Certificates[i]
		fmt.Fprintf(w, "certificate %d\t%s, valid %s to %s\n", c.Number(), rest.ThumbprintOf(c.DER), c.ValidFrom.Format(time.DateOnly), c.ValidTo.Format(time.DateOnly))
	}
	if a.Broker != nil {
		fmt.Fprintf(w, "file transfers\t%s\n", describeBroker(a.Broker))
	}
	return w.Flush()
}

// describe says in words what a data type allows.
func describe(d rest.DataType) string {
	words := []string{"attachment"}
	if d.IsForm() {
		words[0] = fmt.Sprintf("form %s/%d", d.DataFormatID, d.DataFormatVersion)
	} else if d.AttachmentTypeName != "" {
		words[0] += " " + d.AttachmentTypeName
	}
	if len(d.ContentTypes) > 0 {
		words = append(words, strings.Join(d.ContentTypes, " or "))
	}
	if len(d.Extensions) > 0 {
		words = append(words, "."+strings.Join(d.Extensions, ", ."))
	}
	if d.MaxSize > 0 {
		words = append(words, fmt.Sprintf("at most %d bytes", d.MaxSize))
	}
	if d.MinCount > 0 {
		words = append(words, fmt.Sprintf("at least %d", d.MinCount))
	}
	if d.MaxCount > 0 {
		words = append(words, fmt.Sprintf("at most %d", d.MaxCount))
	}
	if len(d.Schema) > 0 {
		words = append(words, "schema")
	}
	return strings.Join(words, ", ")
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
