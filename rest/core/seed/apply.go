package seed

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"overgang/rest"
	"overgang/rest/core"
)

// Result is what an import did.
type Result struct {
	Parties, Persons, Systems, Services, Grants int
	Enterprises, Prefills                       int
	// Passwords are those that were set now: generated ones must be handed out.
	Passwords []Password
}

// Password is one password that was set.
type Password struct {
	Who      string // "system 1001", "person Kari Nordmann"
	Password rest.Secret
	Given    bool // written in the file; else generated
}

// Apply puts everything but the submissions into the registry, in one
// transaction: all or nothing. What is there already is replaced by what the
// file says; what the file does not mention stays.
func (f *File) Apply(ctx context.Context, admin *core.Admin) (Result, error) {
	var result Result
	var changes []core.Change
	for _, add := range []func(context.Context, *core.Admin, *Result) ([]core.Change, error){
		f.services, f.parties, f.persons, f.systems, f.enterprises, f.grants, f.prefill,
	} {
		more, err := add(ctx, admin, &result)
		if err != nil {
			return Result{}, err
		}
		changes = append(changes, more...)
	}
	if err := admin.Apply(ctx, changes...); err != nil {
		return Result{}, fmt.Errorf("seed: %s: %w", f.name, err)
	}
	return result, nil
}

// wrong says where in the file an error is.
func (f *File) wrong(list string, i int, err error) error {
	return fmt.Errorf("seed: %s: %s[%d]: %w", f.name, list, i, err)
}

func (f *File) parties(_ context.Context, admin *core.Admin, r *Result) (changes []core.Change, err error) {
	for i, p := range f.Parties {
		party := rest.Party{Kind: rest.OrganisationParty, OrgNumber: p.OrgNumber, SSN: p.SSN, Name: p.Name, Phone: p.Phone, Language: p.Language}
		if p.SSN != "" {
			party.Kind = rest.PersonParty
		}
		change, err := admin.PutParty(party)
		if err != nil {
			return nil, f.wrong("parties", i, err)
		}
		changes = append(changes, change)
		r.Parties++
	}
	return changes, nil
}

func (f *File) persons(ctx context.Context, admin *core.Admin, r *Result) (changes []core.Change, err error) {
	for i, p := range f.Persons {
		date, err := p.letter()
		if err != nil || len(p.Codes) > 0 && date.IsZero() {
			return nil, f.wrong("persons", i, fmt.Errorf("codes need the letter's date, for example letter: 2026-01-31"))
		}
		change, set, err := admin.PutPerson(ctx, core.NewPerson{
			SSN: p.SSN, Name: p.Name, UserName: p.UserName, Phone: p.Phone, Language: p.Language,
			Password: p.Password, Codes: p.Codes, Letter: date, Disabled: p.Disabled,
		})
		if err != nil {
			return nil, f.wrong("persons", i, err)
		}
		r.note("person "+p.Name, set, p.Password)
		changes = append(changes, change)
		r.Persons++
	}
	return changes, nil
}

func (r *Result) note(who string, set, given rest.Secret) {
	if set != "" {
		r.Passwords = append(r.Passwords, Password{Who: who, Password: set, Given: given != ""})
	}
}

func (f *File) systems(ctx context.Context, admin *core.Admin, r *Result) (changes []core.Change, err error) {
	for i, s := range f.Systems {
		change, set, err := admin.PutSystem(ctx, core.NewSystem{ID: rest.SystemID(s.ID), Name: s.Name, Language: s.Language, Password: s.Password, Disabled: s.Disabled})
		if err != nil {
			return nil, f.wrong("systems", i, err)
		}
		r.note(fmt.Sprintf("system %d", s.ID), set, s.Password)
		changes = append(changes, change)
		r.Systems++
	}
	return changes, nil
}

func (f *File) enterprises(ctx context.Context, admin *core.Admin, r *Result) (changes []core.Change, err error) {
	for i, e := range f.Enterprises {
		n := core.NewEnterprise{UserName: e.UserName, Name: e.Name, Party: rest.PartyRef{OrgNumber: e.Party}, Password: e.Password, Disabled: e.Disabled}
		if e.Party == "" {
			return nil, f.wrong("enterprises", i, fmt.Errorf("party is missing: the organisation that the enterprise user acts for"))
		}
		for _, c := range e.Certificates {
			file, err := f.read(c.File)
			if err != nil {
				return nil, f.wrong("enterprises", i, err)
			}
			n.Certificates = append(n.Certificates, core.NewCertificate{File: file, Label: c.Label, OtherOrganisation: c.OtherOrganisation})
		}
		change, set, err := admin.PutEnterprise(ctx, n)
		if err != nil {
			return nil, f.wrong("enterprises", i, err)
		}
		r.note("enterprise user "+e.UserName, set, e.Password)
		changes = append(changes, change)
		r.Enterprises++
	}
	return changes, nil
}

// subjects counts what a grant names as its subject.
func (g Grant) subjects() (n int) {
	for _, named := range []bool{g.System != 0, g.Person != "", g.Enterprise != ""} {
		if named {
			n++
		}
	}
	return n
}

func (f *File) grants(_ context.Context, admin *core.Admin, r *Result) (changes []core.Change, err error) {
	for i, g := range f.Grants {
		spec := core.GrantSpec{Service: rest.ServiceRef{Code: g.Service, Edition: g.Edition}, Rights: g.Rights}
		var ok bool
		if spec.Party, ok = rest.RefByNumber(g.Party.Reveal()); !ok {
			return nil, f.wrong("grants", i, fmt.Errorf("party is no organisation number or national identity number"))
		}
		switch {
		case g.subjects() != 1:
			return nil, f.wrong("grants", i, fmt.Errorf("give one of a system, a person and an enterprise user"))
		case g.Service == "" && g.Edition != 0:
			return nil, f.wrong("grants", i, fmt.Errorf("an edition without its service"))
		case g.System != 0:
			spec.Subject = rest.SystemSubject(rest.SystemID(g.System))
		case g.Enterprise != "":
			spec.Enterprise = g.Enterprise
		default:
			spec.Person = rest.PartyRef{SSN: g.Person}
		}
		change, err := admin.PutGrant(spec)
		if err != nil {
			return nil, f.wrong("grants", i, err)
		}
		changes = append(changes, change)
		r.Grants++
	}
	return changes, nil
}

func (f *File) services(ctx context.Context, admin *core.Admin, r *Result) (changes []core.Change, err error) {
	for i, s := range f.Services {
		app, err := f.application(s)
		if err != nil {
			return nil, f.wrong("services", i, err)
		}
		change, err := admin.PutService(ctx, app)
		if err != nil {
			return nil, f.wrong("services", i, err)
		}
		changes = append(changes, change)
		r.Services++
	}
	return changes, nil
}

// days is so many days, or as many as a duration holds.
func days(n int) time.Duration {
	const most = int(math.MaxInt64 / (24 * time.Hour))
	return time.Duration(min(max(n, -most), most)) * 24 * time.Hour
}

// application makes a registered application of a service as written.
func (f *File) application(s Service) (rest.Application, error) {
	org, name, _ := strings.Cut(s.App, "/")
	app := rest.Application{
		ID: rest.AppID{Org: org, App: name}, Service: rest.ServiceRef{Code: s.Code, Edition: s.Edition}, Titles: s.Titles, SigningTexts: s.SigningTexts,
		Validation: s.Validation, VerifySignatures: s.VerifySignatures, MaxAttachments: s.MaxAttachments,
	}
	if b := s.Broker; b != nil {
		app.Broker = &rest.BrokerService{MaxSize: b.MaxSize, Expiry: days(b.ExpiryDays), Recipients: b.Recipients}
	}
	for _, path := range s.TrustedSigners {
		pem, err := f.read(path)
		if err != nil {
			return app, err
		}
		app.TrustedSigners = append(app.TrustedSigners, string(pem))
	}
	for _, c := range s.Certificates {
		file, err := f.read(c.File)
		if err != nil {
			return app, err
		}
		certificate, err := core.ServiceCertificate(file, c.Label)
		if err != nil {
			return app, fmt.Errorf("certificate %s: %w", c.File, err)
		}
		app.Certificates = append(app.Certificates, certificate)
	}
	for _, step := range s.Process {
		app.Process = append(app.Process, rest.Step{
			ID: step.ID, Kind: step.Kind, Optional: step.Optional, Back: step.Back, Right: step.Right, Roles: step.Roles,
			Parallel: step.Parallel, Each: step.Each, Whole: step.Whole,
		})
	}
	for _, d := range s.DataTypes {
		t := rest.DataType{
			ID: d.ID, ContentTypes: d.ContentTypes, Extensions: d.Extensions, MaxSize: d.MaxSize, MinCount: d.MinCount, MaxCount: d.MaxCount,
			DataFormatID: d.DataFormatID, DataFormatVersion: d.DataFormatVersion, AttachmentTypeName: d.AttachmentType, Schema: []byte(d.SchemaText),
		}
		if d.Schema != "" && d.SchemaText != "" {
			return app, fmt.Errorf("data type %s: give either schema or schemaText", d.ID)
		}
		if d.Schema != "" {
			var err error
			if t.Schema, err = f.read(d.Schema); err != nil {
				return app, fmt.Errorf("data type %s: %w", d.ID, err)
			}
		}
		app.DataTypes = append(app.DataTypes, t)
	}
	return app, nil
}
