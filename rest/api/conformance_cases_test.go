package api_test

import (
	"fmt"
	"time"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/store"
)

// inCase names a case of the party in the request, as it was prepared.
func inCase(party rest.PartyID, prepared func(tx store.Tx, file *rest.Case) error) func(*stage, *call, api.Instance) {
	return func(s *stage, c *call, i api.Instance) {
		s.t.Helper()
		file := rest.Case{App: demo, Party: party, Visible: time.Unix(0, 0), Created: time.Unix(0, 0), Changed: time.Unix(0, 0), Version: 1}
		if err := s.db.Update(s.t.Context(), func(tx store.Tx) error { return prepared(tx, &file) }); err != nil {
			s.t.Fatal(err)
		}
		kind, body := "application/merge-patch+json", fmt.Sprintf(`{"caseNumber":%d}`, file.Number)
		if c.method == "POST" {
			kind, body = "application/json", fmt.Sprintf(`{"instanceOwnerId":"%d","caseNumber":%d}`, person, file.Number)
		}
		content(kind, body)(s, c, i)
	}
}

func open(tx store.Tx, file *rest.Case) error { return tx.CreateCase(file) }

func closed(tx store.Tx, file *rest.Case) error {
	file.Archived = rest.Mark{At: time.Unix(1, 0), By: "ttd"}
	return tx.CreateCase(file)
}

func full(tx store.Tx, file *rest.Case) error {
	if err := tx.CreateCase(file); err != nil {
		return err
	}
	for n := range int32(rest.MostInCase) {
		if err := tx.AddToCase(file.Number, 1<<30+n); err != nil {
			return err
		}
	}
	return nil
}

// caseExamples are about the case that an instance joins.
var caseExamples = []example{
	{name: "into a case", of: "createInstance", status: 201, shown: located, differs: inCase(person, open)},
	{name: "into a case", of: "changeInstance", status: 200, differs: inCase(person, open)},
	{name: "into another's case", of: "createInstance changeInstance", status: 400, code: "case-unknown", differs: inCase(company, open)},
	{name: "into an archived case", of: "createInstance changeInstance", status: 409, code: "case-closed", differs: inCase(person, closed)},
	{name: "into a full case", of: "changeInstance", status: 409, code: "case-full", differs: inCase(person, full)},
}
