package seed

import (
	"context"
	"strings"
	"testing"

	"overgang/rest"
)

// TestDocumentedMessage sends the message that docs/import.md shows.
func TestDocumentedMessage(t *testing.T) {
	f, c := documented(t)
	for round, want := range []int{1, 0} {
		if n, err := f.Send(t.Context(), c); err != nil || n != want {
			t.Fatalf("round %d: %d messages, %v", round, n, err)
		}
	}
	page, err := c.Correspondences(t.Context(), rest.Caller{System: 1001}, rest.CorrespondenceQuery{})
	if err != nil || len(page.Messages) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	m := page.Messages[0]
	if m.App.String() != "ttd/melding" || !m.Confirmation || m.Due.IsZero() || len(m.Texts) != 2 || len(m.Links) != 2 || !m.Links[1].Reply ||
		len(m.Attachments) != 1 || m.Attachments[0].ContentType != "application/pdf" || m.Answers != "AR1000001" || m.Properties["kanal"] != "papir" {
		t.Errorf("%+v", m)
	}
}

func TestSendErrors(t *testing.T) {
	f, c := documented(t)
	for name, change := range map[string]func(*Correspondence){
		"no key":          func(m *Correspondence) { m.Key = "" },
		"no app":          func(m *Correspondence) { m.App = "ttd" },
		"unknown app":     func(m *Correspondence) { m.App = "ttd/annet" },
		"no party":        func(m *Correspondence) { m.Party = "31" },
		"unknown party":   func(m *Correspondence) { m.Party = "310000027" },
		"two targets":     func(m *Correspondence) { m.Links = []Link{{URL: "https://example.org", Service: "4501/1"}} },
		"typed file":      func(m *Correspondence) { m.Attachments = []Attachment{{Type: "Kvittering", Text: "x", FileName: "x"}} },
		"missing file":    func(m *Correspondence) { m.Attachments = []Attachment{{File: "x.pdf"}} },
		"no title":        func(m *Correspondence) { m.Texts = []Text{{Language: "nb"}} },
		"unknown channel": func(m *Correspondence) { m.Notifications = []Notification{{Channel: "due", Text: "x"}} },
	} {
		g := *f
		m := f.Correspondences[0]
		m.Key = name
		change(&m)
		g.Correspondences = []Correspondence{m}
		if _, err := g.Send(context.Background(), c); err == nil || !strings.Contains(err.Error(), "correspondences[0]") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
