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
		if err := tx.CreateLookup(out); err != nil {
			return err
		}
		return lookupEvent(tx, out, rest.EventLookupAdded, rest.Mark{At: l.Created, By: l.CreatedBy})
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
	case l.Deleted.Done():
		return nil, rest.Errorf(rest.Gone, "lookup-deleted", "The lookup was deleted.")
	}
	return l, nil
}

// mayHearOfLookup says whether a subscriber may be told of a lookup's event.
func (c *Core) mayHearOfLookup(ctx context.Context, caller rest.Caller, id uuid.UUID) (bool, error) {
	caller.Scopes = []string{rest.ScopeRead}
	_, err := c.Lookup(ctx, caller, id)
	switch rest.KindOf(err) {
	case rest.NotFound, rest.Forbidden:
		return false, nil
	case rest.Gone:
		return true, nil
	}
	return err == nil, err
}

// Lookups implements [rest.Archive].
func (c *Core) Lookups(ctx context.Context, caller rest.Caller, q rest.LookupQuery) (list []rest.Lookup, more bool, err error) {
	stored := store.LookupQuery{App: q.App, After: q.After}
	if caller.Owner != "" && q.Party == (rest.PartyRef{}) {
		_, err = c.ownedToRead(caller, q.App)
	} else {
		var party rest.Party
		party, err = c.partyAt(ctx, caller, q.App, q.Party, rest.Read)
		stored.Party = party.ID
	}
	if err != nil {
		return nil, false, err
	}
	if q.Limit <= 0 || q.Limit > largestPage {
		q.Limit = largestPage
	}
	stored.Limit = q.Limit + 1
	err = c.view(ctx, func(r store.Reader) (err error) {
		list, err = r.Lookups(stored)
		return err
	})
	if len(list) > q.Limit {
		list, more = list[:q.Limit], true
	}
	return list, more, err
}

// ownedToRead is the application that the caller owns and may read.
func (c *Core) ownedToRead(caller rest.Caller, id rest.AppID) (*application, error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return nil, err
	}
	app := c.registry.now().apps[id]
	if app == nil || id.Org != caller.Owner {
		return nil, notFound("application")
	}
	return app, nil
}

// DeleteLookup implements [rest.Archive].
func (c *Core) DeleteLookup(ctx context.Context, caller rest.Caller, id uuid.UUID) error {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return err
	}
	return c.update(ctx, func(tx store.Tx) error {
		l, err := tx.Lookup(id)
		switch {
		case err != nil:
			return orNotFound(err, "lookup")
		case caller.Owner == "" || l.App.Org != caller.Owner:
			return withheld("lookup")
		}
		return deleteLookup(tx, l, rest.Mark{At: c.now(), By: caller.Name()})
	})
}

// deleteLookup deletes a lookup; to have been deleted already is no error.
func deleteLookup(tx store.Tx, l *rest.Lookup, mark rest.Mark) error {
	if l.Deleted.Done() {
		return nil
	}
	if err := tx.DeleteLookup(l.ID, mark); err != nil {
		return err
	}
	return lookupEvent(tx, l, rest.EventLookupDeleted, mark)
}

func lookupEvent(tx store.Tx, l *rest.Lookup, kind rest.EventType, mark rest.Mark) error {
	return tx.AddEvent(&rest.Event{At: mark.At, Type: kind, App: l.App, Owner: l.Party, Lookup: l.ID, By: mark.By})
}

// purgeLookups removes the lookups that were deleted longer ago than the retention.
func (c *Core) purgeLookups(ctx context.Context) (purged int, err error) {
	before := c.now().Add(-c.cfg.Retention)
	return c.eachMessage(ctx, func(r store.Reader) ([]uuid.UUID, error) {
		return r.PurgeableLookups(before, messageGroup)
	}, func(ctx context.Context, id uuid.UUID) error {
		return c.removeWithBlobs(ctx, func(tx store.Tx) ([]string, error) { return tx.PurgeLookup(id) })
	})
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
