package core

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Bounds of prefill.
const (
	maxPrefills     = 100     // of one party at one application
	maxPrefillForms = 20      // of one prefill
	maxPrefillData  = 1 << 20 // bytes of one prefill's forms
	maxIdentity     = 20      // identifying values

	// Of one answer, in bytes of forms.
	maxPrefillPage = 4 << 20
	maxPrefillList = 32 << 20
)

// composePrefill makes the prefill to be stored, or says what is wrong with it.
func composePrefill(app *rest.Application, n rest.NewPrefill, id uuid.UUID, now time.Time) (*rest.Prefill, error) {
	p := n.Prefill
	p.ID, p.App, p.Changed = id, app.ID, now
	p.Reference, p.Shipment = cleanLine(p.Reference, maxReference), cleanLine(p.Shipment, maxReference)
	wrong := func(format string, args ...any) error { return rest.Errorf(rest.Invalid, "prefill", format, args...) }
	switch {
	case p.Reference == "":
		return nil, wrong("A prefill needs a reference, under which it can be replaced.")
	case len(p.Forms) == 0 || len(p.Forms) > maxPrefillForms:
		return nil, wrong("A prefill has 1 to %d forms.", maxPrefillForms)
	case len(p.Identity) > maxIdentity:
		return nil, wrong("A prefill has %d identifying values at most.", maxIdentity)
	case !p.ValidTo.IsZero() && !p.ValidTo.After(p.ValidFrom):
		return nil, wrong("The prefill's validity ends before it begins.")
	}
	p.Identity = nil
	for _, value := range n.Identity {
		p.Identity = append(p.Identity, cleanLine(value, maxReference))
	}
	size := 0
	p.Forms = nil
	for _, form := range n.Forms {
		form.Reference = cleanLine(form.Reference, maxReference)
		if app.Form(form.DataFormatID, form.DataFormatVersion) == nil {
			return nil, rest.Errorf(rest.Invalid, "data-format-unknown", "Unknown data format %.80q, version %d.", form.DataFormatID, form.DataFormatVersion)
		}
		if size += len(form.Data); size > maxPrefillData {
			return nil, rest.Errorf(rest.TooLarge, "prefill-long", "The forms of a prefill have %d bytes at most.", maxPrefillData)
		}
		if err := wellFormed(form.Data); err != nil {
			return nil, wrong("The data of %s/%d in prefill %.60q is not well-formed XML: %v", form.DataFormatID, form.DataFormatVersion, p.Reference, err)
		}
		p.Forms = append(p.Forms, form)
	}
	return &p, nil
}

// wellFormed says what is wrong with a text that should be an XML document. It
// may have no document type. Prefill is seldom whole, so no schema is asked.
func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	roots, depth := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && roots == 1 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("it has no element")
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.Directive:
			return errors.New("it has a document type")
		case xml.CharData:
			if depth == 0 && strings.TrimSpace(string(token)) != "" {
				return errors.New("text outside the element")
			}
		}
		if roots > 1 {
			return errors.New("it has more than one element")
		}
	}
}

// putPrefill stores a prefill within the bound.
func putPrefill(tx store.Tx, p *rest.Prefill) error {
	others, err := tx.CountPrefills(p.App, p.Party, p.Reference)
	if err != nil {
		return err
	}
	if others >= maxPrefills {
		return rest.Errorf(rest.Conflict, "prefill-many", "The party has %d prefills of the application already: delete some.", maxPrefills)
	}
	return tx.PutPrefill(p)
}

// ownedApp is the application that the caller owns.
func (c *Core) ownedApp(caller rest.Caller, id rest.AppID) (*rest.Application, error) {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return nil, err
	}
	if caller.Owner == "" {
		return nil, rest.Errorf(rest.Forbidden, "owner", "Only application owners fill forms in beforehand.")
	}
	app := c.registry.now().apps[id]
	if app == nil || id.Org != caller.Owner {
		return nil, notFound("application")
	}
	return app.Application, nil
}

// PutPrefill implements [rest.Prefills].
func (c *Core) PutPrefill(ctx context.Context, caller rest.Caller, n rest.NewPrefill) (*rest.Prefill, error) {
	app, err := c.ownedApp(caller, n.App)
	if err != nil {
		return nil, err
	}
	party, err := c.Party(ctx, n.Party)
	if rest.KindOf(err) == rest.NotFound {
		return nil, rest.Errorf(rest.Invalid, "party-unknown", "There is no such party here.")
	}
	if err != nil {
		return nil, err
	}
	made, err := composePrefill(app, n, c.cfg.NewID(), c.now())
	if err != nil {
		return nil, err
	}
	var out *rest.Prefill
	err = c.update(ctx, func(tx store.Tx) error {
		p := *made
		p.Party = party.ID
		out = &p
		return putPrefill(tx, &p)
	})
	return out, err
}

// DeletePrefill implements [rest.Prefills].
func (c *Core) DeletePrefill(ctx context.Context, caller rest.Caller, id uuid.UUID) error {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return err
	}
	return c.update(ctx, func(tx store.Tx) error {
		p, err := tx.Prefill(id)
		if err != nil {
			return orNotFound(err, "prefill")
		}
		if caller.Owner == "" || p.App.Org != caller.Owner {
			return withheld("prefill")
		}
		return tx.DeletePrefill(id)
	})
}

// Prefills implements [rest.Prefills].
func (c *Core) Prefills(ctx context.Context, caller rest.Caller, id rest.AppID, ref rest.PartyRef) ([]rest.Prefill, error) {
	page, err := c.prefills(ctx, caller, rest.PrefillQuery{App: id, Party: ref, Limit: maxPrefills}, maxPrefillList)
	return page.Prefills, err
}

// PrefillPage implements [rest.Prefills].
func (c *Core) PrefillPage(ctx context.Context, caller rest.Caller, q rest.PrefillQuery) (rest.PrefillPage, error) {
	return c.prefills(ctx, caller, q, maxPrefillPage)
}

// prefills is a page of so many bytes of forms at most.
func (c *Core) prefills(ctx context.Context, caller rest.Caller, q rest.PrefillQuery, most int) (page rest.PrefillPage, err error) {
	party, err := c.partyAt(ctx, caller, q.App, q.Party, rest.Read)
	if err != nil {
		return page, err
	}
	now := c.now()
	err = c.view(ctx, func(r store.Reader) error {
		page = rest.PrefillPage{}
		size, last := 0, rest.Position{}
		return r.Prefills(q.App, party.ID, q.After, func(p rest.Prefill, at rest.Position) bool {
			if caller.Owner == "" && !p.ValidAt(now) {
				return true
			}
			for _, form := range p.Forms {
				size += len(form.Data)
			}
			if len(page.Prefills) == q.Limit || size > most {
				page.Next = &last
				return false
			}
			page.Prefills, last = append(page.Prefills, p), at
			return true
		})
	})
	return page, err
}

// dropPrefills removes what is valid no more.
func (c *Core) dropPrefills(ctx context.Context) (removed int, err error) {
	for n := forgetBatch; n == forgetBatch; removed += n {
		err := c.cfg.Store.Update(ctx, func(tx store.Tx) (err error) {
			n, err = tx.DropPrefills(c.now(), forgetBatch)
			return err
		})
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}
