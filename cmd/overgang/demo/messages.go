package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"overgang/rest"
)

// messages are what the services' owner has sent to havbris and to the person:
// a plain one, an answer with an attachment, and one to be confirmed.
func (d *Demo) messages(answered string, letter rest.Content) []rest.NewCorrespondence {
	app := rest.AppID{Org: owner, App: "lonnsmelding"}
	toHavbris, toPerson := []rest.PartyRef{{OrgNumber: havbris}}, []rest.PartyRef{{SSN: person.SSN}}
	const sender = "Oppdiktet etat"
	return []rest.NewCorrespondence{{
		App: app, Recipients: toPerson, Sender: sender, Reference: "VELKOMMEN", Key: "demo-1",
		Texts: []rest.MessageText{
			{Language: "nb", Title: "Velkommen til meldingsboksen", Summary: "En melding som ikke krever noe av deg.", Body: "<p>Dette er en oppdiktet melding.</p>"},
			{Language: "en", Title: "Welcome to your inbox", Summary: "A message that asks nothing of you.", Body: "<p>This message is invented.</p>"},
		},
		Links: []rest.Link{{Kind: rest.LinkURL, Target: "https://example.org/lonnsmelding", Text: "Om lønnsmeldingen"}},
	}, {
		App: app, Recipients: toHavbris, Sender: sender, Reference: "SVAR-2026-07", Key: "demo-2", Answers: answered,
		Texts: []rest.MessageText{
			{Language: "nb", Title: "Svar på lønnsmelding for juli", Summary: "Meldingen er behandlet.", Body: "<p>Beregningen er vedlagt.</p>"},
			{Language: "en", Title: "Answer to the wage report for July", Summary: "The report has been processed.", Body: "<p>See the attached calculation.</p>"},
		},
		Attachments:   []rest.NewAttachment{{FileName: "beregning.txt", Title: "Beregning", Reference: "beregning-1", Content: &letter}},
		Notifications: []rest.Notification{{Channel: rest.ByEmail, To: "post@havbris.example", Text: "Havbris Verft AS har fått svar på lønnsmeldingen."}},
	}, {
		App: app, Recipients: toHavbris, Sender: sender, Reference: "VEDTAK-2026-1", Key: "demo-3", Confirmation: true, Due: d.now().AddDate(0, 1, 0),
		Texts: []rest.MessageText{
			{Language: "nb", Title: "Vedtak som må bekreftes", Summary: "Bekreft at vedtaket er mottatt.", Body: "<p>Et oppdiktet vedtak.</p>"},
			{Language: "nn", Title: "Vedtak som må stadfestast", Summary: "Stadfest at vedtaket er motteke.", Body: "<p>Eit oppdikta vedtak.</p>"},
			{Language: "en", Title: "Decision to be confirmed", Summary: "Confirm that you have received the decision.", Body: "<p>An invented decision.</p>"},
		},
		Links: []rest.Link{{Kind: rest.LinkService, Target: fmt.Sprintf("%s/%d", wages.Code, wages.Edition), Text: "Svar med en ny lønnsmelding", Reply: true}},
	}}
}

// addMessages sends them.
func (d *Demo) addMessages(ctx context.Context, caller rest.Caller) error {
	july, err := d.gateway.Core().Receipt(ctx, caller, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: history[0].reference}}})
	if err != nil {
		return fmt.Errorf("the receipt of %s: %w", history[0].reference, err)
	}
	answered := ""
	for _, r := range july.References {
		if r.Type == rest.RefArchive {
			answered = r.Value
		}
	}
	letter, err := d.upload(ctx, []byte("Beregning av "+d.now().Format(time.DateOnly)+":\n\nArbeidsgiveravgift  0,00\n"))
	if err != nil {
		return err
	}
	sender := rest.Caller{Owner: owner, Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}, Address: caller.Address}
	for _, m := range d.messages(answered, letter) {
		if _, _, err := d.gateway.Core().SendCorrespondence(ctx, sender, m); err != nil {
			return fmt.Errorf("message %s: %w", m.Reference, err)
		}
	}
	return nil
}

// findMail looks up the numbers of what was sent.
func (d *Demo) findMail(ctx context.Context) error {
	page, err := d.admin.Correspondences(ctx, rest.CorrespondenceQuery{Org: owner})
	if err != nil {
		return err
	}
	d.mail = map[string]string{}
	for i := range page.Messages {
		d.mail[page.Messages[i].Reference] = strconv.Itoa(int(page.Messages[i].Number))
	}
	return nil
}
