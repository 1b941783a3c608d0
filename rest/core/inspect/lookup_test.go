package inspect

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// TestLookupsAreRead: a lookup's content is somebody's, and missed when it is gone.
func TestLookupsAreRead(t *testing.T) {
	p := newPlace(t)
	owner := rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
	add := func(key, text string) *rest.Lookup {
		l, _, err := p.core.AddLookup(t.Context(), owner, rest.NewLookup{
			App: rest.AppID{Org: "ttd", App: "melding"}, Party: rest.PartyRef{OrgNumber: "310000019"}, Key: key, Content: p.content(text),
		})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	add("small", "%PDF-1.7")
	big := add("big", "%PDF-1.7"+strings.Repeat(" svar", 20_000))
	r := p.inspect(now.Add(100*24*time.Hour), true) // whatever is nobody's goes
	if len(r.Findings) > 0 || r.Contents != 6 {
		t.Errorf("%+v", r)
	}
	if err := os.Remove(p.blob(big.Content.Blob)); err != nil {
		t.Fatal(err)
	}
	r = p.inspect(now, false)
	if !slices.Equal(kinds(r), []Kind{Missing}) || !strings.Contains(r.Findings[0].What, "lookup "+big.ID.String()) {
		t.Errorf("%+v", r.Findings)
	}
}
