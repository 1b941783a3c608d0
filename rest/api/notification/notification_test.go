package notification_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/api/apitest"
	"overgang/rest/api/notification"
)

// told is a gateway with three notifications of ttd's and one of nav's, of one
// message each.
func told(t *testing.T) (*gateway, []rest.Correspondence) {
	t.Helper()
	g := newGateway(t)
	var sent []rest.Correspondence
	for i, org := range []string{"ttd", "ttd", "nav"} {
		app := rest.AppID{Org: org, App: "melding"}
		if org == "nav" {
			app.App = "sak"
		}
		n := rest.NewCorrespondence{App: app, Recipients: []rest.PartyRef{{OrgNumber: "310000019"}},
			Texts:         []rest.MessageText{{Language: "nb", Title: fmt.Sprintf("Vedtak %d", i)}},
			Notifications: []rest.Notification{{Channel: rest.ByEmail, To: "post@prove.example", Text: "Du har post"}}}
		if i == 0 {
			n.Notifications = append(n.Notifications, rest.Notification{Channel: rest.BySMS, To: "+4799999999", Text: "Du har post"})
		}
		list, _, err := g.Core.SendCorrespondence(t.Context(), apitest.Owner(org), n)
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, list...)
		g.Clock.Add(time.Second)
	}
	return g, sent
}

func TestList(t *testing.T) {
	g, sent := told(t)
	for query, want := range map[string]string{
		"":                        "3 2 1",
		"?size=2":                 "3 2 …",
		"?size=2&before=2":        "1",
		"?state=pending":          "3 2 1",
		"?state=sent":             "",
		"?resourceId=ttd/melding": "3 2 1",
		"?resourceId=ttd/annen":   "",
		"?resourceId=nav/sak":     "",
		"?correspondenceId=" + sent[0].ID.String(): "2 1",
		"?correspondenceId=" + sent[2].ID.String(): "",
		"?instanceId=" + sent[0].ID.String():       "",
	} {
		var page notification.Notifications
		a := g.Do(call{Path: "/notification" + query, As: "ttd"}).Want(t, 200, "")
		a.JSON(t, &page)
		var ids []string
		for _, n := range page.Notifications {
			ids = append(ids, fmt.Sprint(n.Id))
			if n.Text != "" {
				t.Errorf("%s: a list says what was written", query)
			}
		}
		if page.Next != "" {
			ids = append(ids, "…")
			if next := "https://platform.example.org" + notification.Base + "/notification?before=2&size=2"; page.Next != next || !strings.Contains(a.Header.Get("Link"), next) {
				t.Errorf("next is %s", page.Next)
			}
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for query, code := range map[string]string{
		"?state=gone": "state-invalid", "?resourceId=ttd": "resource-invalid", "?before=-1": "before-invalid", "?size=0": "size-invalid",
		"?unknown=1": "parameter-unknown",
	} {
		g.Do(call{Path: "/notification" + query, As: "ttd"}).Want(t, 400, code)
	}
	g.Do(call{Path: "/notification", As: "kari"}).Want(t, 403, "owner")
	g.Do(call{Path: "/notification"}).Want(t, 401, "token-missing")
	d := g.Do(call{Path: "/openapi.yaml"}).Want(t, 200, "")
	g.Do(call{Path: "/openapi.yaml", Header: apitest.Header("If-None-Match", d.Header.Get("ETag"))}).Want(t, 304, "")
}

func TestGet(t *testing.T) {
	g, sent := told(t)
	var got notification.Notification
	g.Do(call{Path: "/notification/1", As: "ttd"}).Want(t, 200, "").JSON(t, &got)
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	want := notification.Notification{
		Id: 1, Channel: "email", Recipient: "post@prove.example", Subject: "Vedtak 0", Text: "Du har post", Purpose: "correspondence",
		ResourceId: "ttd/melding", Party: got.Party, CorrespondenceId: sent[0].ID, State: "pending", Created: got.Created, NextAttempt: got.Created,
	}
	if got != want || !strings.HasPrefix(got.Party, "urn:altinn:party:id:") || got.Created.Before(at) {
		t.Errorf("%+v, want %+v", got, want)
	}
	g.Do(call{Path: "/notification/4", As: "ttd"}).Want(t, 404, "notification-unknown") // nav's
	g.Do(call{Path: "/notification/5", As: "ttd"}).Want(t, 404, "notification-unknown")
	g.Do(call{Path: "/notification/x", As: "ttd"}).Want(t, 400, "parameter-invalid")
	g.Do(call{Path: "/notification/1", As: "kari"}).Want(t, 403, "owner")
	g.Do(call{Path: "/notification/1"}).Want(t, 401, "token-missing")
}
