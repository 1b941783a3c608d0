package core

import (
	"context"
	"errors"
	"strconv"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/store"
)

// System implements [rest.Accounts].
func (c *Core) System(ctx context.Context, user string, secret rest.Secret, address string) (rest.Caller, error) {
	id, subject, err := c.systemName(ctx, user)
	if err != nil {
		return rest.Caller{}, failure(err)
	}
	if err := c.login(ctx, subject, "user:"+clip(user, 100), secret, address); err != nil {
		return rest.Caller{}, failure(err)
	}
	language, err := c.preferred(ctx, id)
	if err != nil {
		return rest.Caller{}, failure(err)
	}
	return rest.Caller{System: id, Address: address, Language: language}, nil
}

// preferred is the language of a system, or of the person who stands in for one.
func (c *Core) preferred(ctx context.Context, id rest.SystemID) (string, error) {
	if person := id.Person(); person != 0 {
		return c.languageOf(ctx, person)
	}
	account, err := c.account(ctx, c.registry.now(), rest.SystemSubject(id))
	return account.System.Language, ignoreAbsent(err)
}

// languageOf is a party's language; of one that is gone meanwhile, none.
func (c *Core) languageOf(ctx context.Context, id rest.PartyID) (string, error) {
	p, err := c.party(ctx, c.registry.now(), rest.PartyRef{ID: id})
	return p.Language, ignoreAbsent(err)
}

// systemName finds whom a system's user name means: an end-user system by its
// number, or a person by a user name of its own. The empty subject is nobody.
func (c *Core) systemName(ctx context.Context, user string) (rest.SystemID, rest.Subject, error) {
	if n, err := strconv.ParseInt(user, 10, 32); err == nil && n > 0 && strconv.FormatInt(n, 10) == user {
		id := rest.SystemID(n)
		return id, rest.SystemSubject(id), nil
	}
	if user == "" {
		return 0, "", nil
	}
	p, err := c.party(ctx, c.registry.now(), rest.PartyRef{UserName: user})
	if errors.Is(err, store.ErrNotFound) {
		return 0, "", nil
	}
	if err != nil || p.Kind != rest.PersonParty {
		return 0, "", err
	}
	id := rest.StandIn(p.ID)
	return id, rest.SystemSubject(id), nil
}

// login proves a password. An unknown subject is counted under unknownKey and
// costs as much time as a known one.
func (c *Core) login(ctx context.Context, subject rest.Subject, unknownKey string, secret rest.Secret, address string) error {
	return c.prove(ctx, proof{subject: subject, unknownKey: unknownKey, secret: secret, address: address, final: true})
}

// proof is what somebody logs in with.
type proof struct {
	subject    rest.Subject
	unknownKey string // what an unknown subject is counted under
	secret     rest.Secret
	address    string
	final      bool // nothing else is to be proven: the count of wrong credentials may be forgotten
	unfit      bool // what came with the password is wrong: so is the whole, and it takes as long
}

func (c *Core) prove(ctx context.Context, p proof) error {
	account, known, err := c.loginAccount(ctx, p.subject)
	if err != nil {
		return err
	}
	key, secret, address := string(p.subject), p.secret, p.address
	if !known {
		key = p.unknownKey
	}
	now := c.now()
	var cacheKey, proven = [32]byte{}, false
	if known && !p.unfit {
		cacheKey, proven = c.logins.proven(account, secret, address, now)
	}
	if !proven {
		if err := c.logins.admit(address, now); err != nil {
			return err
		}
	}
	if err := c.locked(ctx, key, known); err != nil {
		return c.refuseLocked(ctx, secret, proven, address, err)
	}
	switch {
	case len(secret.Reveal()) > 4*password.MaxLength:
		return c.wrong(ctx, key, known, address)
	case !known, p.unfit:
		if err := c.logins.spend(ctx, secret); err != nil {
			return err
		}
		return c.wrong(ctx, key, known, address)
	case !proven:
		ok, err := c.logins.verify(ctx, account, secret, cacheKey, now)
		if err != nil {
			return err
		}
		if !ok {
			return c.wrong(ctx, key, true, address)
		}
		if err := c.locked(ctx, key, true); err != nil { // while it was verified
			return err
		}
	}
	if account.Disabled || account.System.Disabled {
		return c.wrong(ctx, key, true, address)
	}
	if p.final {
		return c.right(ctx, key)
	}
	return nil
}

func (c *Core) loginAccount(ctx context.Context, subject rest.Subject) (store.Account, bool, error) {
	if subject == "" {
		return store.Account{}, false, nil
	}
	a, err := c.account(ctx, c.registry.now(), subject)
	if errors.Is(err, store.ErrNotFound) {
		return store.Account{}, false, nil
	}
	return a, err == nil, err
}

// refuseLocked answers a locked account in the time that any other takes,
// which tells an attacker nothing and costs its address a try.
func (c *Core) refuseLocked(ctx context.Context, secret rest.Secret, proven bool, address string, locked error) error {
	if proven || rest.KindOf(locked) != rest.LockedOut {
		return locked
	}
	c.logins.blame(address, c.now())
	if err := c.logins.spend(ctx, secret); err != nil {
		return err
	}
	return locked
}
