package gateway

import (
	"bufio"
	"net/http"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/rest/api/token"
	"overgang/store"
)

// TestOpenStreamsEndWithTheGateway: a feed that somebody listens to neither
// holds up a stop nor is cut off, and the pace of bodies lets it be quiet.
func TestOpenStreamsEndWithTheGateway(t *testing.T) {
	ended := make(chan error, 1)
	t.Cleanup(func() { // after the gateway has stopped
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the stream was cut off: %v", err)
			}
		case <-time.After(time.Minute):
			t.Error("the stream goes on")
		}
	})
	g := serve(t, func(c *config.Config) { c.Pace.Window = time.Second })
	app := rest.Application{ID: rest.AppID{Org: "ttd", App: "melding"}, Service: rest.ServiceRef{Code: "1", Edition: 1}}
	party := rest.Party{Kind: rest.OrganisationParty, OrgNumber: "910000001", Name: "Firma"}
	err := g.storage.Store.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.PutParty(&party); err != nil {
			return err
		}
		return tx.PutApplication(&app)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, _, err := g.issuer.Issue(token.Grant{Owner: "ttd"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("GET", "http://"+g.Server("plain").Address()+"/storage/applications/ttd/melding/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+raw.Reveal())
	r.Header.Set("Accept", "application/x-ndjson")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatal(response.Status)
	}
	time.Sleep(1500 * time.Millisecond) // longer than the pace's window
	owner := rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
	if _, err := g.core.CreateInstance(t.Context(), owner, rest.NewInstance{App: app.ID, Owner: rest.PartyRef{ID: party.ID}}); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(response.Body)
	if !lines.Scan() || len(lines.Text()) < 10 {
		t.Fatalf("no event came: %q %v", lines.Text(), lines.Err())
	}
	go func() {
		defer response.Body.Close()
		for lines.Scan() {
		}
		ended <- lines.Err()
	}()
}
