package core

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// pdf opens every PDF document (ISO 32000-1 §7.5.2).
const pdf = "%PDF-"

// AddLookup implements [rest.Archive].
func (c *Core) AddLookup(ctx context.Context, caller rest.Caller, n rest.NewLookup) (*rest.Lookup, bool, error) {
	l, repeated, err := c.addLookup(ctx, caller, n)
	c.discardContentIfRefused(ctx, err, n.Content)
	if repeated {
		c.Discard(ctx, n.Content)
	}
	return l, repeated, err
}

func (c *Core) addLookup(ctx context.Context, caller rest.Caller, n rest.NewLookup) (out *rest.Lookup, repeated bool, err error) {
	l, err := c.newLookup(ctx, caller, n)
	if err != nil {
		return nil, false, err
	}
	err = c.update(ctx, func(tx store.Tx) error {
		earlier, err := tx.LookupByKey(l.App, l.Party, l.Key)
		if err == nil {
			out, repeated = earlier, true
			return nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		added := l
		out, repeated = &added, false
		return tx.CreateLookup(out)
	})
	if err != nil {
		return nil, false, err
	}
	return out, repeated, nil
}

// newLookup makes the lookup to be stored.
func (c *Core) newLookup(ctx context.Context, caller rest.Caller, n rest.NewLookup) (l rest.Lookup, err error) {
	if err := c.mustSend(caller, n.App); err != nil {
		return l, err
	}
	now := c.now()
	l = rest.Lookup{
		ID: c.cfg.NewID(), App: n.App, Key: cleanLine(n.Key, maxReference), Question: cleanLine(n.Question, maxText),
		Language: cmp.Or(n.Language, languages[0]), Forwarding: n.Forwarding, FileName: cleanFileName(cmp.Or(n.FileName, "innsyn.pdf")),
		Content: n.Content, Archived: now, Created: now, CreatedBy: caller.Name(),
	}
	snap := c.registry.now()
	l.Title = cleanLine(n.Title, maxTitle)
	if a := snap.apps[n.App]; l.Title == "" {
		l.Title = cmp.Or(a.Titles[l.Language], a.Titles[languages[0]], a.ID.App)
	}
	if !n.Archived.IsZero() {
		l.Archived = n.Archived.UTC()
	}
	switch {
	case l.Key == "":
		return l, rest.Errorf(rest.Invalid, "key", "A lookup needs a key, under which it is recognised when it is added again.")
	case !slices.Contains(languages, l.Language):
		return l, rest.Errorf(rest.Invalid, "language", "A lookup's language is one of nb, nn, se and en.")
	case l.Archived.After(now):
		return l, rest.Errorf(rest.Invalid, "archived", "A lookup cannot be archived in the future.")
	}
	party, err := c.party(ctx, snap, n.Party)
	if errors.Is(err, store.ErrNotFound) {
		return l, rest.Errorf(rest.Invalid, "recipient-unknown", "The party is unknown here.")
	}
	if err != nil {
		return l, failure(err)
	}
	l.Party = party.ID
	return l, c.mustBePDF(ctx, n.Content)
}

func (c *Core) mustBePDF(ctx context.Context, content rest.Content) error {
	r, err := c.open(ctx, content)
	if err != nil {
		return err
	}
	defer r.Close()
	head := make([]byte, len(pdf))
	if _, err := io.ReadFull(r, head); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return failure(err)
	}
	if string(head) != pdf {
		return rest.Errorf(rest.Unsupported, "content-type", "A lookup's answer is a PDF document.")
	}
	return nil
}

// Lookup implements [rest.Archive].
func (c *Core) Lookup(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Lookup, error) {
	return c.lookupFor(ctx, caller, func(r store.Reader) (*rest.Lookup, error) { return r.Lookup(id) })
}

// LookupByNumber implements [rest.Archive].
func (c *Core) LookupByNumber(ctx context.Context, caller rest.Caller, number int32) (*rest.Lookup, error) {
	return c.lookupFor(ctx, caller, func(r store.Reader) (*rest.Lookup, error) { return r.LookupByNumber(number) })
}

// lookupFor reads a lookup that the caller may read.
func (c *Core) lookupFor(ctx context.Context, caller rest.Caller, read func(store.Reader) (*rest.Lookup, error)) (*rest.Lookup, error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return nil, err
	}
	var l *rest.Lookup
	err := c.view(ctx, func(r store.Reader) (err error) {
		l, err = read(r)
		return orNotFound(err, "lookup")
	})
	if err != nil {
		return nil, err
	}
	s := c.registry.now()
	t := target{party: l.Party, org: l.App.Org}
	if a := s.apps[l.App]; a != nil {
		t.service = a.Service
	}
	readable, err := c.allowed(ctx, s, caller, t, rest.Read)
	switch {
	case err != nil:
		return nil, failure(err)
	case !readable:
		return nil, withheld("lookup")
	}
	return l, nil
}

// LookupContent implements [rest.Archive].
func (c *Core) LookupContent(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Lookup, io.ReadSeekCloser, error) {
	l, err := c.Lookup(ctx, caller, id)
	if err != nil {
		return nil, nil, err
	}
	if l.Content.Blob == "" {
		err := c.view(ctx, func(r store.Reader) (err error) {
			l.Content, err = r.LookupContent(id)
			return orNotFound(err, "lookup")
		})
		if err != nil {
			return nil, nil, err
		}
	}
	r, err := c.open(ctx, l.Content)
	return l, r, err
}
