package seed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"overgang/rest"
	"overgang/rest/core"
)

// Prefill is what a service's owner filled in for a party beforehand.
type Prefill struct {
	App       string          `yaml:"app"` // org/app
	Party     rest.NationalID `yaml:"party"`
	Reference string          `yaml:"reference"` // at one app and party it names the prefill
	Shipment  string          `yaml:"shipment"`
	Identity  []string        `yaml:"identity"`
	ValidFrom time.Time       `yaml:"validFrom"`
	ValidTo   time.Time       `yaml:"validTo"`
	Forms     []Form          `yaml:"forms"`
}

func (f *File) prefill(_ context.Context, admin *core.Admin, r *Result) (changes []core.Change, err error) {
	for i, p := range f.Prefill {
		change, err := f.prefillOf(admin, p)
		if err != nil {
			return nil, f.wrong("prefill", i, err)
		}
		changes = append(changes, change)
		r.Prefills++
	}
	return changes, nil
}

func (f *File) prefillOf(admin *core.Admin, p Prefill) (core.Change, error) {
	org, app, _ := strings.Cut(p.App, "/")
	party, ok := rest.RefByNumber(p.Party.Reveal())
	if !ok {
		return nil, errors.New("party is no organisation number or national identity number")
	}
	n := rest.NewPrefill{App: rest.AppID{Org: org, App: app}, Party: party, Prefill: rest.Prefill{
		Reference: p.Reference, Shipment: p.Shipment, Identity: p.Identity, ValidFrom: p.ValidFrom, ValidTo: p.ValidTo,
	}}
	for _, form := range p.Forms {
		if (form.File == "") == (form.Text == "") {
			return nil, fmt.Errorf("form %s: give either file or text", form.DataFormatID)
		}
		data := form.Text
		if form.File != "" {
			text, err := f.read(form.File)
			if err != nil {
				return nil, err
			}
			data = string(text)
		}
		n.Forms = append(n.Forms, rest.PrefillForm{
			DataFormatID: form.DataFormatID, DataFormatVersion: form.DataFormatVersion, Reference: form.Reference, Data: data,
		})
	}
	return admin.PutPrefill(n), nil
}
