package main

import (
	"fmt"
	"strconv"
	"time"

	"overgang/rest"
	"overgang/rest/core"
)

type serviceCertificateCommands struct {
	Add    serviceCertificateAddCommand    `cmd:"" help:"Register a certificate and print its thumbprint."`
	List   serviceCertificateListCommand   `cmd:"" help:"List a service's certificates."`
	Remove serviceCertificateRemoveCommand `cmd:"" help:"Take a certificate away."`
}

type serviceCertificateAddCommand struct {
	Service string `arg:"" help:"CODE/EDITION."`
	File    string `arg:"" help:"The certificate, PEM or DER, with an RSA key; - for standard input."`
	Label   string `help:"What lists call the certificate."`
}

// Run registers the certificate.
func (c *serviceCertificateAddCommand) Run(s *session) error {
	ref, err := serviceRef(c.Service)
	if err != nil {
		return err
	}
	file, err := s.smallFile(c.File)
	if err != nil {
		return err
	}
	certificate, err := core.ServiceCertificate(file, c.Label)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		if err := o.AddServiceCertificate(s.ctx, ref, certificate); err != nil {
			return named(err, "service %s", c.Service)
		}
		if !certificate.ValidAt(s.Now()) {
			fmt.Fprintf(s.Stderr, "overgang: warning: the certificate is registered but not valid now, so nobody gets it\n")
		}
		_, err := fmt.Fprintf(s.Stdout, "certificate %d %s\n", certificate.Number(), rest.ThumbprintOf(certificate.DER))
		return err
	})
}

type serviceCertificateListCommand struct {
	Service string `arg:"" help:"CODE/EDITION."`
	listFlags
}

// Run lists the service's certificates.
func (c *serviceCertificateListCommand) Run(s *session) error {
	ref, err := serviceRef(c.Service)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		all, err := o.Services(s.ctx)
		if err != nil {
			return err
		}
		for _, a := range all {
			if a.Service == ref {
				return c.show(s, a.Certificates)
			}
		}
		return named(rest.Errorf(rest.NotFound, "", ""), "service %s", c.Service)
	})
}

func (c *serviceCertificateListCommand) show(s *session, list []rest.ServiceCertificate) error {
	var rows [][]string
	for i := range list {
		one := &list[i]
		rows = append(rows, []string{
			strconv.Itoa(int(one.Number())), rest.ThumbprintOf(one.DER).String(), one.ValidFrom.Format(time.RFC3339), one.ValidTo.Format(time.RFC3339), one.Label})
	}
	return c.print(s.Stdout, []string{"NUMBER", "THUMBPRINT", "FROM", "TO", "LABEL"}, rows)
}

type serviceCertificateRemoveCommand struct {
	Service    string `arg:"" help:"CODE/EDITION."`
	Thumbprint string `arg:"" help:"The certificate's SHA-256 thumbprint, or its beginning."`
}

// Run takes the certificate away.
func (c *serviceCertificateRemoveCommand) Run(s *session) error {
	ref, err := serviceRef(c.Service)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		return named(o.RemoveServiceCertificate(s.ctx, ref, c.Thumbprint), "certificate %s of service %s", c.Thumbprint, c.Service)
	})
}
