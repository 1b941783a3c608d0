package main

import (
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"overgang/cmd/overgang/trust"
	"overgang/rest"
	"overgang/rest/core"
)

type enterpriseCommands struct {
	Add         enterpriseAddCommand          `cmd:"" help:"Register an enterprise user and print its password."`
	List        enterpriseListCommand         `cmd:"" help:"List the enterprise users."`
	Show        enterpriseShowCommand         `cmd:"" help:"Show an enterprise user with its certificates."`
	Disable     enterpriseDisableCommand      `cmd:"" help:"Stop an enterprise user from logging in."`
	Enable      enterpriseEnableCommand       `cmd:"" help:"Let it log in again, also when it was locked out."`
	Password    enterprisePasswordCommand     `cmd:"" help:"Set a new password, or make one and print it."`
	Remove      enterpriseRemoveCommand       `cmd:"" help:"Remove an enterprise user, its certificates and its grants. What it sent stays."`
	Certificate enterpriseCertificateCommands `cmd:"" help:"Certificates that an enterprise user signs with."`
}

// certificateFlags are about a certificate to register.
type certificateFlags struct {
	Label             string `help:"What lists and metrics call the certificate. No national identity number."`
	OtherOrganisation bool   `help:"Take a certificate whose subject is another organisation, as a data processor's."`
}

func (f certificateFlags) read(s *session, path string) (core.NewCertificate, error) {
	file, err := s.smallFile(path)
	return core.NewCertificate{File: file, Label: f.Label, OtherOrganisation: f.OtherOrganisation}, err
}

// maxCertificateFile is the largest file that is read as a certificate, in bytes.
const maxCertificateFile = 64 << 10

// smallFile reads a file; "-" is standard input.
func (s *session) smallFile(path string) ([]byte, error) {
	in := s.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usage(err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxCertificateFile+1))
	if err == nil && len(text) > maxCertificateFile {
		err = usage(fmt.Errorf("%s is no certificate: it has more than %d bytes", path, maxCertificateFile))
	}
	return text, err
}

type enterpriseAddCommand struct {
	UserName     string   `arg:"" help:"The name it logs in with."`
	Party        string   `required:"" help:"The organisation it acts for: number or id:NUMBER."`
	Name         string   `help:"What it is called in lists. Without it, as the organisation."`
	PasswordFile string   `placeholder:"FILE" help:"File with the password on its first line, - for standard input. Without it, one is made."`
	Certificate  []string `placeholder:"FILE" help:"Certificate to register, PEM or DER. More can be added later."`
	certificateFlags
}

// Run registers the enterprise user.
func (c *enterpriseAddCommand) Run(s *session) error {
	party, err := partyRef(c.Party)
	if err != nil {
		return err
	}
	password, err := s.secretFrom(c.PasswordFile)
	if err != nil {
		return err
	}
	n := core.NewEnterprise{UserName: c.UserName, Name: c.Name, Party: party, Password: password}
	for _, path := range c.Certificate {
		certificate, err := c.read(s, path)
		if err != nil {
			return err
		}
		n.Certificates = append(n.Certificates, certificate)
	}
	return s.inOffice(func(o *office) error {
		added, set, err := o.AddEnterprise(s.ctx, n)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Stdout, "enterprise %d\n", added.ID)
		if password == "" {
			fmt.Fprintf(s.Stdout, "password %s\n", set.Reveal())
		}
		d, err := o.Enterprise(s.ctx, c.UserName)
		if err != nil {
			return err
		}
		return s.printCertificates(o, d.Certificates...)
	})
}

// printCertificates prints the thumbprints of what was registered, and warns of
// those that the configuration will not trust.
func (s *session) printCertificates(o *office, list ...rest.Certificate) error {
	for _, c := range list {
		if _, err := fmt.Fprintf(s.Stdout, "certificate %s\n", c.Thumbprint); err != nil {
			return err
		}
		cert, err := x509.ParseCertificate(c.DER)
		if err == nil {
			err = trust.Recognise(s.ctx, o.conf.Security.Trust, cert, s.Now())
		}
		if err != nil {
			fmt.Fprintf(s.Stderr, "overgang: warning: the certificate is registered but not trusted as security.trust is configured: %v\n", err)
		}
	}
	return nil
}

type enterpriseListCommand struct{ listFlags }

// Run lists the enterprise users.
func (c *enterpriseListCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		list, err := o.Enterprises(s.ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, e := range list {
			rows = append(rows, []string{
				strconv.Itoa(int(e.ID)), e.UserName, e.Party.OrgNumber, e.Name, strconv.Itoa(len(e.Certificates)), strconv.FormatBool(!e.Disabled)})
		}
		return c.print(s.Stdout, []string{"ID", "USER NAME", "ORGANISATION", "NAME", "CERTIFICATES", "ENABLED"}, rows)
	})
}

type enterpriseShowCommand struct {
	UserName string `arg:"" help:"The name it logs in with."`
}

// Run shows one enterprise user.
func (c *enterpriseShowCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		d, err := o.Enterprise(s.ctx, c.UserName)
		if err != nil {
			return named(err, "enterprise user %s", c.UserName)
		}
		t := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintf(t, "id\t%d\nuser name\t%s\nname\t%s\norganisation\t%s %s\nenabled\t%t\n",
			d.ID, d.UserName, d.Name, d.Party.OrgNumber, d.Party.Name, !d.Disabled)
		for _, row := range d.Certificates {
			cert, err := x509.ParseCertificate(row.DER)
			if err != nil {
				return fmt.Errorf("certificate %s: %w", row.Thumbprint, err)
			}
			fmt.Fprintf(t, "certificate\t%s\n  label\t%s\n  subject\t%s\n  issuer\t%s\n  serial number\t%s\n  subject key\t%x\n  valid\t%s to %s\n  added\t%s\n",
				row.Thumbprint, row.Label, shownName(cert.Subject.String()), shownName(cert.Issuer.String()), cert.SerialNumber, cert.SubjectKeyId,
				cert.NotBefore.UTC().Format("2006-01-02 15:04"), cert.NotAfter.UTC().Format("2006-01-02 15:04"), row.Added.UTC().Format("2006-01-02 15:04"))
		}
		return t.Flush()
	})
}

// shownName is a name from a certificate without what could pass for lines and
// columns of ours.
func shownName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, name)
}

type enterpriseDisableCommand struct {
	UserName string `arg:"" help:"The name it logs in with."`
}

// Run disables the enterprise user.
func (c *enterpriseDisableCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		return named(o.SetEnterpriseDisabled(s.ctx, c.UserName, true), "enterprise user %s", c.UserName)
	})
}

type enterpriseEnableCommand struct {
	UserName string `arg:"" help:"The name it logs in with."`
}

// Run enables the enterprise user.
func (c *enterpriseEnableCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		return named(o.SetEnterpriseDisabled(s.ctx, c.UserName, false), "enterprise user %s", c.UserName)
	})
}

type enterprisePasswordCommand struct {
	UserName string `arg:"" help:"The name it logs in with."`
	passwordFlags
}

// Run sets the password.
func (c *enterprisePasswordCommand) Run(s *session) error {
	password, err := s.secretFrom(c.PasswordFile)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		set, err := o.SetEnterprisePassword(s.ctx, c.UserName, password)
		if err != nil || password != "" {
			return named(err, "enterprise user %s", c.UserName)
		}
		_, err = fmt.Fprintf(s.Stdout, "password %s\n", set.Reveal())
		return err
	})
}

type enterpriseRemoveCommand struct {
	UserName string `arg:"" help:"The name it logs in with."`
}

// Run removes the enterprise user.
func (c *enterpriseRemoveCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		return named(o.RemoveEnterprise(s.ctx, c.UserName), "enterprise user %s", c.UserName)
	})
}

type enterpriseCertificateCommands struct {
	Add    certificateAddCommand    `cmd:"" help:"Register a certificate and print its thumbprint."`
	Remove certificateRemoveCommand `cmd:"" help:"Take a certificate away."`
}

type certificateAddCommand struct {
	UserName string `arg:"" help:"The name it logs in with."`
	File     string `arg:"" help:"The certificate, PEM or DER; - for standard input."`
	certificateFlags
}

// Run registers the certificate.
func (c *certificateAddCommand) Run(s *session) error {
	n, err := c.read(s, c.File)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		added, err := o.AddCertificate(s.ctx, c.UserName, n)
		if err != nil {
			return named(err, "enterprise user %s", c.UserName)
		}
		return s.printCertificates(o, added)
	})
}

type certificateRemoveCommand struct {
	UserName   string `arg:"" help:"The name it logs in with."`
	Thumbprint string `arg:"" help:"The certificate's SHA-256 thumbprint, or its beginning."`
}

// Run takes the certificate away.
func (c *certificateRemoveCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		return named(o.RemoveCertificate(s.ctx, c.UserName, c.Thumbprint), "certificate %s of enterprise user %s", c.Thumbprint, c.UserName)
	})
}
