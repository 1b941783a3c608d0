package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"overgang/rest"
)

// past is one submission of the party's history.
type past struct {
	reference string
	service   rest.ServiceRef
	file      string
	format    string
	version   int32
	signed    bool // by the person, who also logs in
	note      string
}

var history = []past{
	{"HIST-2026-07", wages, "lonnsmelding.xml", wagesForm, wagesFormVersion, true, "Vedlegg til meldingen for juli.\n"},
	{"HIST-2026-08", wages, "lonnsmelding.xml", wagesForm, wagesFormVersion, true, ""},
	{"HIST-2025-ES", statistics, "energistatistikk.xml", statisticsForm, statisticsFormVersion, true, ""},
	{"HIST-2026-09", wages, "lonnsmelding.xml", wagesForm, wagesFormVersion, false, ""}, // still open
}

// finishHistory adds the history to a directory that was registered now, or by a
// start that ended too early: what is there already is recognised.
func (d *Demo) finishHistory(ctx context.Context) error {
	if d.accounts.Get(historyState) != "begun" {
		return nil
	}
	if err := d.addHistory(ctx); err != nil {
		return err
	}
	return d.note("added")
}

// note notes how far the history is.
func (d *Demo) note(state string) error {
	d.accounts.Set(historyState, state)
	return d.accounts.Write(d.accountsFile())
}

// addHistory sends in what havbris has sent in before.
func (d *Demo) addHistory(ctx context.Context) error {
	p, err := d.admin.Party(ctx, rest.PartyRef{SSN: person.SSN})
	if err != nil {
		return err
	}
	caller := rest.Caller{System: systemID, Person: p.ID, Address: "127.0.0.1"}
	for _, h := range history {
		if err := d.send(ctx, caller, h); err != nil {
			return fmt.Errorf("history %s: %w", h.reference, err)
		}
	}
	return d.addMessages(ctx, caller)
}

func (d *Demo) send(ctx context.Context, caller rest.Caller, h past) error {
	content, err := d.upload(ctx, form(h.file))
	if err != nil {
		return err
	}
	s := rest.NewSubmission{
		Instance: rest.NewInstance{
			Owner: rest.PartyRef{OrgNumber: havbris},
			Elements: []rest.NewElement{{
				DataFormatID: h.format, DataFormatVersion: h.version, FileName: h.file, SenderReference: h.reference + "-1",
				ContentType: "application/xml", Content: content,
			}},
		},
		Service: h.service, Reference: h.reference, Completed: h.signed,
	}
	if h.note != "" {
		note, err := d.upload(ctx, []byte(h.note))
		if err != nil {
			return err
		}
		s.Instance.Elements = append(s.Instance.Elements, rest.NewElement{
			Type: "vedlegg", FileName: "merknad.txt", Title: "Merknad", SenderReference: h.reference + "-2", ContentType: "text/plain", Content: note})
	}
	if h.signed {
		s.Signature = &rest.Signature{SystemReference: "Fjordlønn", SystemUser: "sigrun", SystemVersion: "7.2", SystemSigned: d.now(), SystemLogin: d.now()}
	}
	made, err := d.gateway.Core().Submit(ctx, caller, s)
	if err != nil {
		return err
	}
	if made.Receipt.Status != rest.StatusOK {
		return fmt.Errorf("%s: %s", made.Receipt.Status, made.Receipt.Text)
	}
	return nil
}

func (d *Demo) upload(ctx context.Context, text []byte) (rest.Content, error) {
	u, err := d.gateway.Core().Upload(ctx, rest.UploadOptions{})
	if err != nil {
		return rest.Content{}, err
	}
	defer u.Abort()
	if _, err := u.Write(text); err != nil {
		return rest.Content{}, err
	}
	return u.Commit()
}

// formDir is where the forms and their schemas lie for the newcomer to send.
func (d *Demo) formDir() string { return filepath.Join(d.gateway.Storage().Dir, "demo-forms") }

func (d *Demo) writeForms() error {
	if err := os.MkdirAll(d.formDir(), 0o755); err != nil {
		return err
	}
	for _, name := range []string{"lonnsmelding.xml", "lonnsmelding-1.xsd", "energistatistikk.xml", "energistatistikk-2.xsd", "skattemelding.xml", "skattemelding-1.xsd"} {
		if err := writeFile(filepath.Join(d.formDir(), name), form(name), 0o644); err != nil {
			return err
		}
	}
	return nil
}
