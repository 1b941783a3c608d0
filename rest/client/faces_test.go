package client_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"testing"

	"overgang/rest/api"
	"overgang/rest/api/apitest"
	brokerface "overgang/rest/api/broker"
	casesface "overgang/rest/api/cases"
	correspondenceface "overgang/rest/api/correspondence"
	eventsface "overgang/rest/api/events"
	inboxface "overgang/rest/api/inbox"
	lookupface "overgang/rest/api/lookup"
	prefillface "overgang/rest/api/prefill"
	receiptface "overgang/rest/api/receipt"
	"overgang/rest/client/broker"
	"overgang/rest/client/cases"
	"overgang/rest/client/correspondence"
	"overgang/rest/client/events"
	"overgang/rest/client/inbox"
	"overgang/rest/client/lookup"
	"overgang/rest/client/prefill"
	"overgang/rest/client/receipt"
	"overgang/rest/core"
)

// newFaces serves all the APIs that have clients of their own.
func newFaces(t *testing.T) *apitest.Gateway {
	t.Helper()
	type face = func(api.Config, *core.Core) (http.Handler, error)
	return apitest.Face{
		New: func(c api.Config, core *core.Core) (http.Handler, error) { return eventsface.New(c, core) },
		Beside: map[string]face{
			"/broker/": func(c api.Config, core *core.Core) (http.Handler, error) {
				return brokerface.New(brokerface.Config{Base: c, Core: core})
			},
			"/case/": func(c api.Config, core *core.Core) (http.Handler, error) {
				return casesface.New(casesface.Config{API: c, Core: core})
			},
			"/correspondence/": func(c api.Config, core *core.Core) (http.Handler, error) {
				return correspondenceface.New(correspondenceface.Config{API: c, Core: core, URL: c.PlatformURL})
			},
			"/inbox/": func(c api.Config, core *core.Core) (http.Handler, error) {
				return inboxface.New(inboxface.Config{API: c, Core: core})
			},
			"/lookup/": func(c api.Config, core *core.Core) (http.Handler, error) {
				return lookupface.New(lookupface.Config{API: c, Core: core})
			},
			"/prefill/": func(c api.Config, core *core.Core) (http.Handler, error) {
				return prefillface.New(prefillface.Config{API: c, Core: core})
			},
			"/receipt/": func(c api.Config, core *core.Core) (http.Handler, error) {
				return receiptface.New(receiptface.Config{API: c, Core: core})
			},
		},
	}.Start(t)
}

// bearer hands a token to every request.
func bearer(token string) func(context.Context, *http.Request) error {
	return func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
}

// TestFaces makes a call with the client of every API, and finds what it made in
// the inbox.
func TestFaces(t *testing.T) {
	g, ctx := newFaces(t), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const app = "ttd/melding"

	ofCases, err := cases.NewClientWithResponses(g.URL+casesface.Base, cases.WithRequestEditorFn(bearer("kari")))
	must(err)
	started, err := ofCases.StartCaseWithResponse(ctx, cases.NewCase{ResourceId: app, Party: apitest.Org, Reference: new("sak-1")})
	must(err)
	if started.JSON200 == nil || started.JSON200.Status != "Open" {
		t.Fatalf("%s %s", started.Status(), started.Body)
	}
	file := started.JSON200.Number

	ofPrefill, err := prefill.NewClientWithResponses(g.URL+prefillface.Base, prefill.WithRequestEditorFn(bearer("ttd")))
	must(err)
	put, err := ofPrefill.PutPrefillWithResponse(ctx, prefill.NewPrefill{ResourceId: app, Party: apitest.Org, Reference: "januar",
		Forms: []prefill.PrefillForm{{DataFormatId: "1000", DataFormatVersion: 1, Data: "<melding/>"}}})
	must(err)
	if put.JSON200 == nil || put.JSON200.Reference != "januar" {
		t.Errorf("%s %s", put.Status(), put.Body)
	}

	messages, err := correspondence.NewClientWithResponses(g.URL+correspondenceface.Base, correspondence.WithRequestEditorFn(bearer("ttd")))
	must(err)
	sent, err := messages.InitializeCorrespondencesWithResponse(ctx, nil, correspondence.InitializeCorrespondences{
		Recipients: []string{apitest.Org},
		Correspondence: correspondence.NewCorrespondence{ResourceId: app, CaseNumber: &file,
			Content: correspondence.NewContent{Language: "nb", MessageTitle: "Vedtak"}},
	})
	must(err)
	if sent.JSON200 == nil || len(sent.JSON200.Correspondences) != 1 {
		t.Fatalf("%s %s", sent.Status(), sent.Body)
	}

	lookups, err := lookup.NewClientWithResponses(g.URL+lookupface.Base, lookup.WithRequestEditorFn(bearer("ttd")))
	must(err)
	kind, body := answered(t, fmt.Sprintf(`{"resourceId":"%s","party":"%s","key":"k"}`, app, apitest.Org))
	added, err := lookups.AddLookupWithBodyWithResponse(ctx, nil, kind, body)
	must(err)
	if added.JSON200 == nil || added.JSON200.Key != "k" {
		t.Fatalf("%s %s", added.Status(), added.Body)
	}

	transfers, err := broker.NewClientWithResponses(g.URL, broker.WithRequestEditorFn(bearer("kari")))
	must(err)
	files, err := transfers.ListFileTransfersWithResponse(ctx, nil)
	must(err)
	if files.JSON200 == nil || len(*files.JSON200) != 0 {
		t.Errorf("%s %s", files.Status(), files.Body)
	}

	webhooks, err := events.NewClientWithResponses(g.URL, events.WithRequestEditorFn(bearer("kari")))
	must(err)
	subscriptions, err := webhooks.ListSubscriptionsWithResponse(ctx)
	must(err)
	if subscriptions.JSON200 == nil || subscriptions.JSON200.Count != 0 {
		t.Errorf("%s %s", subscriptions.Status(), subscriptions.Body)
	}

	receipts, err := receipt.NewClientWithResponses(g.URL+receiptface.Base, receipt.WithRequestEditorFn(bearer("kari")))
	must(err)
	none, err := receipts.ListReceiptsWithResponse(ctx, &receipt.ListReceiptsParams{Party: new(apitest.Org), ReceiptStatus: new("OK")})
	must(err)
	if none.JSON200 == nil || len(none.JSON200.Receipts) != 0 {
		t.Errorf("%s %s", none.Status(), none.Body)
	}
	absent, err := receipts.GetReceiptWithResponse(ctx, 1)
	must(err)
	if absent.ApplicationproblemJSON404 == nil || absent.ApplicationproblemJSON404.Code != "receipt-unknown" {
		t.Errorf("%s %s", absent.Status(), absent.Body)
	}

	list, err := inbox.NewClientWithResponses(g.URL+inboxface.Base, inbox.WithRequestEditorFn(bearer("kari")))
	must(err)
	page, err := list.ListInboxWithResponse(ctx, &inbox.ListInboxParams{Party: new(apitest.Org), Sort: new("lastChangedDateTime")})
	must(err)
	if page.JSON200 == nil {
		t.Fatalf("%s %s", page.Status(), page.Body)
	}
	var kinds []string
	for _, e := range page.JSON200.Entries {
		kinds = append(kinds, e.Kind)
	}
	if want := []string{"case", "correspondence", "lookup"}; !slices.Equal(kinds, want) {
		t.Errorf("%v, want %v", kinds, want)
	}
	refused, err := list.ListInboxWithResponse(ctx, &inbox.ListInboxParams{Party: new(apitest.OtherOrg)})
	must(err)
	if refused.ApplicationproblemJSON403 == nil || refused.ApplicationproblemJSON403.Code != "party" {
		t.Errorf("%s %s", refused.Status(), refused.Body)
	}
}

// answered is a multipart body with a document.
func answered(t *testing.T, described string) (kind string, body io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range [][3]string{{"lookup", "application/json", described}, {"content", "application/pdf", "%PDF-1.7"}} {
		to, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + p[0] + `"`}, "Content-Type": {p[1]}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(to, p[2]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}
