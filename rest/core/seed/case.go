package seed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"overgang/rest"
)

// Case groups submissions and messages of one party, which name it by
// caseReference. It is started as if by the service's owner; its reference makes
// it repeatable.
type Case struct {
	App       string          `yaml:"app"` // org/app
	Party     rest.NationalID `yaml:"party"`
	Reference string          `yaml:"reference"`
	Visible   time.Time       `yaml:"visible"` // empty = at once
	Due       time.Time       `yaml:"due"`
	Archived  bool            `yaml:"archived"` // once everything is in it
}

// Start starts the file's cases, in order. Those that are there already, by
// their references, are recognised and not counted. The core must have seen the
// registry that Apply left.
func (f *File) Start(ctx context.Context, core rest.Core) (started int, err error) {
	f.started = map[string]int32{}
	for i, c := range f.Cases {
		made, repeated, err := f.start(ctx, core, c)
		if err != nil {
			return started, f.wrong("cases", i, err)
		}
		if !repeated {
			started++
		}
		f.started[caseName(c.Party, c.Reference)] = made.Number
	}
	return started, nil
}

func (f *File) start(ctx context.Context, core rest.Core, c Case) (made *rest.Case, repeated bool, err error) {
	org, app, _ := strings.Cut(c.App, "/")
	party, ok := rest.RefByNumber(c.Party.Reveal())
	switch {
	case c.Reference == "":
		return nil, false, errors.New("a case needs a reference, or every import would start another one")
	case org == "" || app == "":
		return nil, false, errors.New("a case needs an app, as in ttd/melding")
	case !ok:
		return nil, false, errors.New("party is no organisation number or national identity number")
	case f.started[caseName(c.Party, c.Reference)] != 0:
		return nil, false, errors.New("the party has two cases with this reference, and what names it could be in either")
	}
	return core.StartCase(ctx, ownerOf(org), rest.NewCase{
		App: rest.AppID{Org: org, App: app}, Party: party, Reference: c.Reference, Visible: c.Visible, Due: c.Due,
	})
}

// End archives the file's cases that are to be, unless they are already.
func (f *File) End(ctx context.Context, core rest.Core) error {
	for i, c := range f.Cases {
		if !c.Archived {
			continue
		}
		org, _, _ := strings.Cut(c.App, "/")
		_, err := core.ArchiveCase(ctx, ownerOf(org), f.started[caseName(c.Party, c.Reference)], false)
		var e *rest.Error
		if err != nil && !(errors.As(err, &e) && e.Code == "case-closed") {
			return f.wrong("cases", i, err)
		}
	}
	return nil
}

// caseOf is the number of the started case that something names; 0 = it names none.
func (f *File) caseOf(party rest.NationalID, reference string) (int32, error) {
	if reference == "" {
		return 0, nil
	}
	number := f.started[caseName(party, reference)]
	if number == 0 {
		return 0, fmt.Errorf("caseReference %q is none of the party's cases in this file", reference)
	}
	return number, nil
}

func caseName(party rest.NationalID, reference string) string {
	return party.Reveal() + " " + reference
}

// ownerOf is the caller that an application's owner is.
func ownerOf(org string) rest.Caller {
	return rest.Caller{Owner: org, Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
}
