package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/rest/api/correspondence"
	"overgang/rest/api/token"
	"overgang/store"
)

// TestCorrespondencesAreServed: their document, their list, a message by its
// owner, all beside the rest.
func TestCorrespondencesAreServed(t *testing.T) {
	g := serve(t, func(*config.Config) {})
	app := rest.Application{ID: rest.AppID{Org: "ttd", App: "melding"}, Service: rest.ServiceRef{Code: "1", Edition: 1}}
	err := g.storage.Store.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.PutParty(&rest.Party{Kind: rest.OrganisationParty, OrgNumber: "910000001", Name: "Firma"}); err != nil {
			return err
		}
		return tx.PutApplication(&app)
	})
	if err == nil {
		err = g.Refresh(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	raw, _, err := g.issuer.Issue(token.Grant{Owner: "ttd"})
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + g.Server("plain").Address() + correspondence.Base
	do := func(method, path, body string, into any) int {
		t.Helper()
		r, err := http.NewRequest(method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+raw.Reveal())
		r.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var got bytes.Buffer
		if _, err := got.ReadFrom(response.Body); err != nil {
			t.Fatal(err)
		}
		if into != nil {
			if err := json.Unmarshal(got.Bytes(), into); err != nil {
				t.Fatalf("%v: %s", err, &got)
			}
		}
		return response.StatusCode
	}
	var sent correspondence.InitializedCorrespondences
	status := do("POST", "/correspondence", `{"recipients":["urn:altinn:organization:identifier-no:910000001"],"correspondence":{"resourceId":"ttd/melding","content":{"language":"nb","messageTitle":"Hei"}}}`, &sent)
	if status != http.StatusOK || len(sent.Correspondences) != 1 {
		t.Fatalf("%d, %+v", status, sent)
	}
	var list correspondence.Correspondences
	if status := do("GET", "/correspondence", "", &list); status != http.StatusOK || len(list.Ids) != 1 || list.Ids[0] != sent.Correspondences[0].CorrespondenceId {
		t.Errorf("%d, %+v", status, list)
	}
	if status, body := ask(t, g, "plain", "GET", correspondence.Base+"/openapi.yaml"); status != http.StatusOK || body != string(correspondence.Document()) {
		t.Errorf("document: %d", status)
	}
	if status, _ := ask(t, g, "plain", "GET", correspondence.Base+"/nothing"); status != http.StatusNotFound {
		t.Errorf("nothing: %d", status)
	}
}
