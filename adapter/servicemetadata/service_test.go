package servicemetadata

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// fakeCore has three services.
type fakeCore struct {
	rest.Accounts
	rest.Registry
	fails error
}

var (
	melding = &rest.Application{ID: rest.AppID{Org: "gld", App: "melding"}, Service: rest.ServiceRef{Code: "4501", Edition: 1},
		Titles: map[string]string{"nb": "Melding", "en": "Notice"},
		DataTypes: []rest.DataType{
			{ID: "v", AttachmentTypeName: "Tegning", Extensions: []string{"pdf", "dwg"}, MaxSize: 3<<20 + 1, MaxCount: 2, MinCount: 1},
			{ID: "a", DataFormatID: "1", DataFormatVersion: 2},
			{ID: "b", DataFormatID: "3", DataFormatVersion: 4, Schema: []byte("<x>\xe6</x>")},
			{ID: "c", DataFormatID: "5", DataFormatVersion: 6, Schema: []byte("\xff\xfe<\x00\xe6\x00>\x00")},
		}}
	brev  = &rest.Application{ID: rest.AppID{Org: "skd", App: "brev"}, Service: rest.ServiceRef{Code: "4501", Edition: 2}}
	filer = &rest.Application{ID: rest.AppID{Org: "gld", App: "filer"}, Service: rest.ServiceRef{Code: "9", Edition: 1}, Broker: &rest.BrokerService{}}
)

func (f *fakeCore) System(context.Context, string, rest.Secret, string) (rest.Caller, error) {
	return rest.Caller{System: 1001}, f.fails
}

func (f *fakeCore) Applications(context.Context) ([]*rest.Application, error) {
	return []*rest.Application{melding, brev, filer}, f.fails
}

func (f *fakeCore) Service(_ context.Context, ref rest.ServiceRef) (*rest.Application, error) {
	if ref == melding.Service {
		return melding, f.fails
	}
	return nil, &rest.Error{Kind: rest.NotFound}
}

func run(t *testing.T, base string, req any) (any, error) {
	t.Helper()
	for _, op := range Service(&fakeCore{}).Operations {
		if op.Base == base {
			call := &soap.Call{}
			if err := op.Begin(t.Context(), call, req); err != nil {
				t.Fatal(err)
			}
			if credential.Of(call).System != 1001 {
				t.Fatal("nobody calls")
			}
			return op.Handle(t.Context(), call, req)
		}
	}
	t.Fatalf("no row %s", base)
	return nil, nil
}

func TestGetAvailableServices(t *testing.T) {
	for id, want := range map[int32][]string{
		0:    {"Melding Reporting GLD", "brev Correspondence SKD", "filer Broker GLD"},
		1033: {"Notice Reporting GLD", "brev Correspondence SKD", "filer Broker GLD"},
	} {
		out, err := run(t, "GetAvailableServicesV2", &GetAvailableServicesV2{LanguageID: id})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		ids := map[int32]bool{}
		for _, a := range out.(*GetAvailableServicesV2Response).Result {
			got = append(got, a.ServiceName+" "+string(a.ServiceType)+" "+a.ServiceOwnerCode)
			ids[a.ServiceEditionVersionId] = true
			if a.ServiceEditionVersionId <= 0 || !a.ValidTo.After(a.ValidFrom) {
				t.Errorf("%+v", a)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(ids) != 3 {
			t.Errorf("%d: %d ids\n%s", id, len(ids), diff)
		}
	}
}

func TestSearch(t *testing.T) {
	edition := func(n int32) *int32 { return &n }
	for name, c := range map[string]struct {
		search *Search
		want   []int32 // editions; nil = refused
		code   string
	}{
		"none":                    {nil, []int32{1, 2, 1}, ""},
		"empty":                   {&Search{ExternalServiceEditionCode: edition(0)}, []int32{1, 2, 1}, ""},
		"code":                    {&Search{ExternalServiceCode: " 4501"}, []int32{1, 2}, ""},
		"code and edition":        {&Search{ExternalServiceCode: "4501", ExternalServiceEditionCode: edition(2)}, []int32{2}, ""},
		"owner":                   {&Search{ServiceOwnerCode: "Gld"}, []int32{1, 1}, ""},
		"type":                    {&Search{ServiceType: "reporting"}, []int32{1}, ""},
		"nothing":                 {&Search{ExternalServiceCode: "PSA"}, []int32{}, ""},
		"unknown type":            {&Search{ServiceType: "Lookup"}, []int32{}, ""},
		"code that is none":       {&Search{ExternalServiceCode: "45 01"}, nil, CodeServiceCode},
		"owner that is none":      {&Search{ServiceOwnerCode: "<skd>"}, nil, CodeOwnerCode},
		"edition without service": {&Search{ExternalServiceEditionCode: edition(1), ServiceOwnerCode: "GLD"}, nil, CodeEdition},
	} {
		out, err := run(t, "GetAvailableServicesV3", &GetAvailableServicesV3{Search: c.search})
		if c.want == nil {
			var e *rest.Error
			if !errors.As(err, &e) || e.Code != c.code {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := []int32{}
		for _, a := range out.(*GetAvailableServicesV3Response).Result.AvailableServices {
			got = append(got, a.ExternalServiceEditionCode)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAttachmentRules(t *testing.T) {
	n := func(v int32) *int32 { return &v }
	want := []AttachmentRule{{AllowedFileTypes: "pdf,dwg", AttachmentTypeName: "Tegning", AttachmentTypeNameLanguage: "Tegning",
		MaxAttachmentCount: n(2), MaxFileSize: n(4), MinAttachmentCount: n(1)}}
	if diff := cmp.Diff(want, rules(melding)); diff != "" {
		t.Error(diff)
	}
	if got := rules(brev); got != nil {
		t.Errorf("%+v", got)
	}
}

func TestSchemaDefinitions(t *testing.T) {
	out, err := run(t, "GetFormTaskSchemaDefinitions", &GetFormTaskSchemaDefinitions{ExternalServiceCode: "4501 ", ExternalServiceEditionCode: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []SchemaDefinition{{DataFormatID: "3", DataFormatVersion: 4, DataFormatXsd: "<x>æ</x>", LogicalFormID: 2}, {DataFormatID: "5", DataFormatVersion: 6, DataFormatXsd: "<æ>", LogicalFormID: 3}}
	if diff := cmp.Diff(want, out.(*GetFormTaskSchemaDefinitionsResponse).Result); diff != "" {
		t.Error(diff)
	}
	for code, want := range map[string]string{"4502": CodeUnknown, "": CodeServiceCode, "4501/1": CodeServiceCode} {
		_, err := run(t, "GetFormTaskSchemaDefinitions", &GetFormTaskSchemaDefinitions{ExternalServiceCode: code, ExternalServiceEditionCode: 1})
		var e *rest.Error
		if !errors.As(err, &e) || e.Code != want {
			t.Errorf("%q: %v", code, err)
		}
	}
}
