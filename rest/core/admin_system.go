package core

import (
	"context"
	"errors"
	"slices"

	"overgang/rest"
	"overgang/store"
)

// NewSystem is an end-user system to be registered.
type NewSystem struct {
	ID       rest.SystemID // 0 = assigned
	Name     string
	Language string      // as [rest.Party.Language]
	Password rest.Secret // empty = generated
	Disabled bool
}

// Systems lists the registered systems.
func (a *Admin) Systems(ctx context.Context) ([]rest.System, error) {
	var list []rest.System
	err := a.view(ctx, func(r store.Reader) error {
		accounts, err := r.Accounts()
		list = nil
		for _, account := range accounts {
			if account.System.ID > 0 {
				s := account.System
				s.Disabled = s.Disabled || account.Disabled
				list = append(list, s)
			}
		}
		return err
	})
	slices.SortFunc(list, func(x, y rest.System) int { return int(x.ID) - int(y.ID) })
	return list, err
}

// AddSystem registers a system and returns it with its password. Conflict when
// its id is taken.
func (a *Admin) AddSystem(ctx context.Context, n NewSystem) (rest.System, rest.Secret, error) {
	p, err := a.secret(n.Password)
	if err != nil {
		return rest.System{}, "", err
	}
	hash, err := a.hash(p)
	if err != nil {
		return rest.System{}, "", failure(err)
	}
	account, err := systemAccount(n, hash)
	if err != nil {
		return rest.System{}, "", err
	}
	made := account
	err = a.Apply(ctx, func(tx store.Tx) error {
		made = account
		if n.ID != 0 {
			if _, err := tx.Account(rest.SystemSubject(n.ID)); !absent(err) {
				return errors.Join(err, rest.Errorf(rest.Conflict, "exists", "System %d is registered already.", n.ID))
			}
		}
		return tx.PutAccount(&made)
	})
	return made.System, p, err
}

func systemAccount(n NewSystem, hash string) (store.Account, error) {
	name := cleanLine(n.Name, maxTitle)
	switch {
	case n.ID < 0:
		return store.Account{}, rest.Errorf(rest.Invalid, "system", "A system's id is a positive number.")
	case name == "":
		return store.Account{}, rest.Errorf(rest.Invalid, "system", "A system needs a name.")
	}
	account := store.Account{System: rest.System{ID: n.ID, Name: name, Language: n.Language, Disabled: n.Disabled}, Password: hash, Disabled: n.Disabled}
	if n.ID != 0 {
		account.Subject = rest.SystemSubject(n.ID)
	}
	return account, checkLanguage(n.Language)
}

// PutSystem is the change that adds or replaces a system with a known id. A
// password that is empty, or the one it has, leaves the stored hash; a new
// system without password gets a generated one. The password that was set is
// returned, empty when none was.
func (a *Admin) PutSystem(ctx context.Context, n NewSystem) (Change, rest.Secret, error) {
	if n.ID <= 0 {
		return nil, "", rest.Errorf(rest.Invalid, "system", "A system's id is a positive number.")
	}
	kept, set, err := a.password(ctx, rest.SystemSubject(n.ID), n.Password)
	if err != nil {
		return nil, "", err
	}
	if kept == "" {
		if kept, err = a.hash(set); err != nil {
			return nil, "", failure(err)
		}
	}
	account, err := systemAccount(n, kept)
	if err != nil {
		return nil, "", err
	}
	return func(tx store.Tx) error {
		put := account
		return tx.PutAccount(&put)
	}, set, nil
}

// RemoveSystem removes a system, and its grants with it. What it sent stays.
func (a *Admin) RemoveSystem(ctx context.Context, id rest.SystemID) error {
	return a.Apply(ctx, func(tx store.Tx) error { return removeAccount(tx, rest.SystemSubject(id)) })
}
