package api_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/token"
	"overgang/store"
)

// strangersDocument is openapi.yaml for requests that strangers send, or that break its rules.
var strangersDocument = func() *apitest.Document {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		panic(err)
	}
	return apitest.NewDocument(text)
}()

// strangers sends a request as persons and owners who have no part in the
// instance, and demands that none of them did anything with it.
func (s *stage) strangers(t *testing.T, c call, i api.Instance) (operation string) {
	t.Helper()
	var senders []apitest.Sender
	for _, as := range []token.Grant{{Party: stranger}, {Owner: "fremmed"}, asOther} {
		senders = append(senders, apitest.Bearer(t, s.url, s.token(as)))
	}
	operation = strangersDocument.Strangers(t, apitest.Request{Method: c.method, Path: c.path, Header: c.header, Body: c.body}, senders...)
	_, guid, found := strings.Cut(i.Id, "/")
	if !found {
		return operation
	}
	err := s.db.View(t.Context(), func(r store.Reader) error {
		events, err := r.InstanceEvents(uuid.MustParse(guid), rest.EventQuery{Limit: 100})
		for _, e := range events {
			if e.By == string(rest.PersonSubject(stranger)) || e.By == "fremmed" || e.By == asOther.Owner {
				t.Errorf("%s %s: a stranger did %s", c.method, c.path, e.Type)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return operation
}

// stranger is a person who has no rights at all.
const stranger = rest.PartyID(1_999_999_999)
