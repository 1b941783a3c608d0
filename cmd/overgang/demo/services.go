package demo

import (
	"context"
	"fmt"
	"slices"

	"overgang/rest"
)

// owner is the org code of the invented services.
const owner = "demo"

// wages is the service without a Signing step, statistics the one with it.
var (
	wages      = rest.ServiceRef{Code: "4501", Edition: 1}
	statistics = rest.ServiceRef{Code: "4502", Edition: 2}
	// transfers is the service of file transfers.
	transfers = rest.ServiceRef{Code: "4503", Edition: 1}
	// taxes is the service whose forms those sign whom the sender names.
	taxes = rest.ServiceRef{Code: "4504", Edition: 1}
)

// Form types of the services.
const (
	wagesForm             = "5101"
	wagesFormVersion      = 1
	statisticsForm        = "5202"
	statisticsFormVersion = 2
	taxForm               = "5301"
	taxFormVersion        = 1
)

const maxForm = 5 << 20 // bytes

func services() []rest.Application {
	attachment := rest.DataType{ID: "vedlegg", MaxSize: 30 << 20, MaxCount: 20}
	return []rest.Application{{
		ID: rest.AppID{Org: owner, App: "lonnsmelding"}, Service: wages, Validation: rest.ValidationEnforce,
		Titles: map[string]string{"nb": "Lønnsmelding (oppdiktet)", "nn": "Lønsmelding (oppdikta)", "en": "Wage report (invented)"},
		DataTypes: []rest.DataType{
			{ID: "default", ContentTypes: []string{"application/xml"}, MaxSize: maxForm, MinCount: 1, MaxCount: 1,
				DataFormatID: wagesForm, DataFormatVersion: wagesFormVersion, Schema: form("lonnsmelding-1.xsd")},
			attachment,
		},
		Process: []rest.Step{{ID: "FormFilling", Kind: rest.Fill}, {ID: "Submit", Kind: rest.Send}},
	}, {
		ID: rest.AppID{Org: owner, App: "energistatistikk"}, Service: statistics, Validation: rest.ValidationEnforce,
		Titles: map[string]string{"nb": "Energistatistikk (oppdiktet)", "nn": "Energistatistikk (oppdikta)", "en": "Energy statistics (invented)"},
		DataTypes: []rest.DataType{
			{ID: "default", ContentTypes: []string{"application/xml"}, MaxSize: maxForm, MinCount: 1, MaxCount: 1,
				DataFormatID: statisticsForm, DataFormatVersion: statisticsFormVersion, Schema: form("energistatistikk-2.xsd")},
			attachment,
		},
		Process: []rest.Step{{ID: "FormFilling", Kind: rest.Fill}, {ID: "Signing", Kind: rest.Signing}, {ID: "Submit", Kind: rest.Send}},
	}, {
		ID: rest.AppID{Org: owner, App: "filformidling"}, Service: transfers,
		Titles: map[string]string{"nb": "Filformidling (oppdiktet)", "nn": "Filformidling (oppdikta)", "en": "File transfer (invented)"},
		Broker: &rest.BrokerService{},
	}, {
		ID: rest.AppID{Org: owner, App: "skattemelding"}, Service: taxes, Validation: rest.ValidationEnforce,
		Titles: map[string]string{"nb": "Skattemelding (oppdiktet)", "nn": "Skattemelding (oppdikta)", "en": "Tax return (invented)"},
		SigningTexts: map[string]string{
			"nb": "Jeg bekrefter at skattemeldingen er riktig og fullstendig.", "nn": "Eg stadfestar at skattemeldinga er rett og fullstendig.",
			"en": "I confirm that the tax return is correct and complete.",
		},
		DataTypes: []rest.DataType{
			{ID: "default", ContentTypes: []string{"application/xml"}, MaxSize: maxForm, MinCount: 1, MaxCount: 1,
				DataFormatID: taxForm, DataFormatVersion: taxFormVersion, Schema: form("skattemelding-1.xsd")},
			attachment,
		},
		Process: []rest.Step{{ID: "FormFilling", Kind: rest.Fill}, {ID: "Signing", Kind: rest.Signing, Parallel: true, Back: map[string]string{"reject": "FormFilling"}}, {ID: "Submit", Kind: rest.Send}},
	}}
}

// addServices registers those services that are not there.
func (d *Demo) addServices(ctx context.Context, have []*rest.Application) error {
	for _, s := range services() {
		if slices.ContainsFunc(have, func(a *rest.Application) bool { return a.ID == s.ID }) {
			continue
		}
		change, err := d.admin.PutService(ctx, s)
		if err == nil {
			err = d.admin.Apply(ctx, change)
		}
		if err != nil {
			return fmt.Errorf("service %s: %w", s.ID, err)
		}
	}
	return d.gateway.Refresh(ctx)
}

// form is one of the embedded files, which are there or the build fails.
func form(name string) []byte {
	text, err := forms.ReadFile("forms/" + name)
	if err != nil {
		panic(err)
	}
	return text
}
