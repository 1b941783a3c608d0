package core

import (
	"context"
	"slices"
	"strings"

	"overgang/rest"
	"overgang/store"
)

// Inbox implements [rest.Inbox].
func (c *Core) Inbox(ctx context.Context, caller rest.Caller, q rest.InboxQuery) (rest.InboxPage, error) {
	var none rest.InboxPage
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return none, err
	}
	switch {
	case q.Limit == 0:
		q.Limit = defaultPage
	case q.Limit < 0 || q.Limit > largestPage:
		return none, rest.Errorf(rest.Invalid, "size-invalid", "A page has 1 to %d entries.", largestPage)
	}
	s := c.registry.now()
	party, apps, err := c.inboxOf(ctx, s, caller, q.Party)
	if err != nil {
		return none, err
	}
	signer, err := c.inboxSigner(ctx, caller, party, apps)
	if err != nil {
		return none, err
	}
	f := store.InboxQuery{
		Signer: signer, SignerApps: s.narrow(nil, q), SignerOnly: apps != nil && len(apps) == 0,
		Party: party, Kinds: q.Kinds, States: q.States, Apps: s.narrow(apps, q), Changed: q.Changed, Archive: archiveReferenceOf(q.Archive), Case: q.Case,
		Search: cleanLine(q.Search, maxTitle), ShownAt: c.now(), Descending: q.Descending, Limit: q.Limit, After: q.After,
	}
	if f.Apps != nil && len(f.Apps) == 0 && f.Signer == 0 || f.Archive == "" && q.Archive != "" || f.Search == "" && q.Search != "" {
		return none, nil
	}
	if f.Search != "" {
		f.Named = s.named(f.Search)
	}
	return c.inboxPage(ctx, caller, f)
}

// inboxOf is the party, and for which applications the caller may read for it;
// nil = for all of them. With none the caller must be a person, who may have
// been named to sign for the party.
func (c *Core) inboxOf(ctx context.Context, s *snapshot, caller rest.Caller, ref rest.PartyRef) (rest.PartyID, []rest.AppID, error) {
	if caller.Owner != "" {
		return 0, nil, notYourParty()
	}
	p, err := c.party(ctx, s, ref)
	if err := orNotFound(err, "party"); err != nil {
		if rest.KindOf(err) == rest.NotFound {
			err = notYourParty()
		}
		return 0, nil, err
	}
	whole, limited, err := c.readable(ctx, s, caller)
	if err != nil {
		return 0, nil, failure(err)
	}
	if slices.Contains(whole, p.ID) {
		return p.ID, nil, nil
	}
	apps := []rest.AppID{}
	for _, l := range limited {
		if slices.Contains(l.parties, p.ID) {
			apps = append(apps, l.app)
		}
	}
	if len(apps) == 0 && caller.Person == 0 {
		return 0, nil, notYourParty()
	}
	return p.ID, apps, nil
}

// inboxSigner is the person whose signature, asked for or given, shows instances
// in a party's inbox that the caller may not read otherwise; 0 = nobody.
func (c *Core) inboxSigner(ctx context.Context, caller rest.Caller, party rest.PartyID, apps []rest.AppID) (rest.PartyID, error) {
	if caller.Person == 0 || apps == nil && caller.Person != party {
		return 0, nil // reads nothing by signing, or all by right
	}
	if len(apps) > 0 || caller.Person == party {
		return caller.Person, nil
	}
	signs := false
	err := c.view(ctx, func(r store.Reader) error {
		page, err := r.Inbox(store.InboxQuery{Party: party, Signer: caller.Person, SignerOnly: true, ShownAt: c.now(), Limit: 1})
		signs = len(page.Entries) > 0
		return err
	})
	if err == nil && !signs {
		err = notYourParty()
	}
	return caller.Person, err
}

// narrow leaves the applications that a query is about; nil = all. Those that
// are no longer registered have neither a code nor an owner.
func (s *snapshot) narrow(apps []rest.AppID, q rest.InboxQuery) []rest.AppID {
	if q.Org == "" && len(q.Services) == 0 {
		return apps
	}
	left := []rest.AppID{}
	for _, a := range s.list {
		if (apps == nil || slices.Contains(apps, a.ID)) && (q.Org == "" || q.Org == a.ID.Org) &&
			(len(q.Services) == 0 || slices.Contains(q.Services, a.Service.Code)) {
			left = append(left, a.ID)
		}
	}
	return left
}

// named are the applications with a text in their name, in any language.
func (s *snapshot) named(text string) (apps []rest.AppID) {
	text = strings.ToLower(text)
	for _, a := range s.list {
		names := []string{a.ID.App}
		for _, title := range a.Titles {
			names = append(names, title)
		}
		if slices.ContainsFunc(names, func(name string) bool { return strings.Contains(strings.ToLower(name), text) }) {
			apps = append(apps, a.ID)
		}
	}
	return apps
}

// inboxPage reads on until the page is full where what the store finds is not
// all meant: instances that wait for others are those that the caller signed.
func (c *Core) inboxPage(ctx context.Context, caller rest.Caller, q store.InboxQuery) (page rest.InboxPage, err error) {
	if !slices.Contains(q.States, rest.InboxElsewhere) || slices.Contains(q.States, rest.InboxOpen) {
		err = c.view(ctx, func(r store.Reader) (err error) { page, err = r.Inbox(q); return err })
		return page, err
	}
	err = c.view(ctx, func(r store.Reader) error {
		page = rest.InboxPage{}
		step := q
		for {
			found, err := r.Inbox(step)
			if err != nil {
				return err
			}
			for _, e := range found.Entries {
				if e.Instance != nil && e.Instance.Archived.IsZero() && !signedBy(e.Instance, caller) {
					continue
				}
				if len(page.Entries) == q.Limit {
					last := page.Entries[q.Limit-1].Place()
					page.Next = &last
					return nil
				}
				page.Entries = append(page.Entries, e)
			}
			if found.Next == nil {
				return nil
			}
			step.After = found.Next
		}
	})
	return page, err
}

// signedBy says that the person who calls has signed; without a person, the system.
func signedBy(in *rest.Instance, c rest.Caller) bool {
	return slices.ContainsFunc(in.Signatures, func(s rest.Signature) bool {
		return s.Person == c.Person && (c.Person != 0 || s.System == c.System)
	})
}
