package cases_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/cases"
)

// TestMembers: an instance shows its case, and the case its instances and
// messages; instances join, move and leave over the API of instances.
func TestMembers(t *testing.T) {
	g := newGateway(t)
	a, b, own := g.start(body(ofOrg, "")), g.start(body(ofOrg, "")), g.start(body(ofKari, ""))
	create := func(member string) call {
		return call{Method: "POST", Path: "/ttd/melding/instances", As: "kari", Elsewhere: true, Body: `{"reportee":{"organizationNumber":"310000019"}` + member + `}`}
	}
	var in api.Instance
	g.Do(create(fmt.Sprintf(`,"caseNumber":%d`, a.Number))).Want(t, 201, "").JSON(t, &in)
	if in.CaseNumber != a.Number {
		t.Fatalf("%+v", in)
	}
	for _, number := range []int32{own.Number, 7, -1} {
		g.Do(create(fmt.Sprintf(`,"caseNumber":%d`, number))).Want(t, 400, "case-unknown")
	}
	g.Do(create(`,"caseNumber":"a"`)).Want(t, 400, "json-type")
	app := rest.AppID{Org: "ttd", App: "melding"}
	sent, _, err := g.Core.SendCorrespondence(t.Context(), apitest.Owner("ttd"), rest.NewCorrespondence{
		App: app, Recipients: []rest.PartyRef{{OrgNumber: "310000019"}}, Case: a.Number, Texts: []rest.MessageText{{Language: "nb", Title: "Hei"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	id, err := uuid.Parse(in.Id[strings.Index(in.Id, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	holds := func(c cases.Case, instances, messages []uuid.UUID) {
		t.Helper()
		for _, as := range []string{"reader", "ttd"} {
			var got cases.Case
			g.Do(call{Path: one(c, ""), As: as}).Want(t, 200, "").JSON(t, &got)
			if !slices.Equal(got.Instances, instances) || !slices.Equal(got.Correspondences, messages) {
				t.Errorf("%s sees %v and %v, want %v and %v", as, got.Instances, got.Correspondences, instances, messages)
			}
		}
	}
	change := func(member string) call {
		return call{Method: "PATCH", Path: "/ttd/melding/instances/" + in.Id, As: "kari", Elsewhere: true, Body: "{" + member + "}"}
	}
	shown := func(number int32) {
		t.Helper()
		for path, field := range map[string]string{"/storage/instances/": `"caseNumber":%d`, "/storage/api/v1/instances/": `"caseNumber":%d`} {
			answer := g.Do(call{Path: path + in.Id, As: "kari", Elsewhere: true}).Want(t, 200, "")
			if has := strings.Contains(string(answer.Content), fmt.Sprintf(field, number)); has != (number != 0) {
				t.Errorf("%s: case %d? %s", path, number, answer.Content)
			}
		}
	}
	message := []uuid.UUID{sent[0].ID}
	holds(a, []uuid.UUID{id}, message)
	shown(a.Number)
	g.Do(change(fmt.Sprintf(`"caseNumber":%d`, b.Number))).Want(t, 200, "")
	holds(a, nil, message)
	holds(b, []uuid.UUID{id}, nil)
	g.Do(change(fmt.Sprintf(`"caseNumber":%d`, own.Number))).Want(t, 400, "case-unknown")
	g.Do(change(`"labels":["x"]`)).Want(t, 200, "") // nothing about the case
	shown(b.Number)
	g.Do(change(`"caseNumber":null`)).Want(t, 200, "")
	shown(0)
	holds(b, nil, nil)
	g.Do(change(fmt.Sprintf(`"caseNumber":%d`, b.Number))).Want(t, 200, "")

	g.Do(call{Method: "POST", Path: one(b, "/archive"), As: "kari"}).Want(t, 409, "case-instances")
	g.Do(call{Method: "POST", Path: one(b, "/archive?force=true"), As: "kari"}).Want(t, 200, "")
	shown(0)
	holds(b, nil, nil)
	g.Do(change(fmt.Sprintf(`"caseNumber":%d`, b.Number))).Want(t, 409, "case-closed")
	g.Do(create(fmt.Sprintf(`,"caseNumber":%d`, b.Number))).Want(t, 409, "case-closed")
	g.Do(call{Method: "POST", Path: one(a, "/archive?force=true"), As: "kari"}).Want(t, 409, "case-messages")
}
