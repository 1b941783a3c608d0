package core

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"time"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/rest/core/xsdform"
	"overgang/store"
)

// AdminConfig is what an [Admin] runs on. Store and Secret are required, the
// secret being the core's own.
type AdminConfig struct {
	Store        store.Store
	Secret       rest.Secret
	Now          func() time.Time
	Rand         io.Reader
	Schemas      xsdform.Compiler
	PasswordCost password.Params
}

// Admin is the operators' use cases: who may log in, who may act for whom, and
// which services there are. A running core sees what it changes within half a
// second. It returns [rest.Error]s.
type Admin struct {
	cfg   AdminConfig
	codes codeHasher
}

// NewAdmin makes the operators' use cases over a store.
func NewAdmin(cfg AdminConfig) (*Admin, error) {
	switch {
	case cfg.Store == nil:
		return nil, errors.New("core: AdminConfig.Store is missing")
	case len(cfg.Secret.Reveal()) < 32:
		return nil, errors.New("core: AdminConfig.Secret needs at least 32 bytes")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Schemas == nil {
		cfg.Schemas = xsdform.Streaming{}
	}
	if cfg.PasswordCost == (password.Params{}) {
		cfg.PasswordCost = password.Default
	}
	return &Admin{cfg: cfg, codes: newCodeHasher(cfg.Secret)}, nil
}

// Change is one change of the registry, checked as far as it can be without a
// transaction. Several of them can be applied together.
type Change func(tx store.Tx) error

// Apply makes all of the changes or none, in the order given.
func (a *Admin) Apply(ctx context.Context, changes ...Change) error {
	return failure(a.cfg.Store.Update(ctx, func(tx store.Tx) error {
		for _, change := range changes {
			if err := change(tx); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (a *Admin) view(ctx context.Context, fn func(store.Reader) error) error {
	return failure(a.cfg.Store.View(ctx, fn))
}

// secret is the password to set: the given one if it is fit, else a new one.
func (a *Admin) secret(given rest.Secret) (rest.Secret, error) {
	if given == "" {
		return password.Generate(a.cfg.Rand)
	}
	if err := password.Check(given); err != nil {
		return "", invalid("password", err)
	}
	return given, nil
}

func (a *Admin) hash(p rest.Secret) (string, error) {
	return password.Hash(a.cfg.Rand, p, a.cfg.PasswordCost)
}

func invalid(code string, err error) error {
	return &rest.Error{Kind: rest.Invalid, Code: code, Detail: err.Error()}
}

// absent says whether err is the store's not found.
func absent(err error) bool { return errors.Is(err, store.ErrNotFound) }

// SetPassword gives an account a new password, or a generated one, and returns it.
func (a *Admin) SetPassword(ctx context.Context, subject rest.Subject, given rest.Secret) (rest.Secret, error) {
	p, err := a.secret(given)
	if err != nil {
		return "", err
	}
	hash, err := a.hash(p)
	if err != nil {
		return "", failure(err)
	}
	return p, a.Apply(ctx, func(tx store.Tx) error {
		account, err := tx.Account(subject)
		if err != nil {
			return err
		}
		account.Password = hash
		return tx.PutAccount(&account)
	})
}

// SetDisabled stops an account from logging in, or lets it again.
func (a *Admin) SetDisabled(ctx context.Context, subject rest.Subject, disabled bool) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		account, err := tx.Account(subject)
		if err != nil {
			return err
		}
		account.Disabled, account.System.Disabled = disabled, disabled && account.System.ID != 0
		return tx.PutAccount(&account)
	})
}

// Unlock forgets an account's wrong credentials.
func (a *Admin) Unlock(ctx context.Context, subject rest.Subject) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		err := tx.DeleteLockout(string(subject))
		if absent(err) {
			return nil
		}
		return err
	})
}

// Messages reads the outbox after a message's id.
func (a *Admin) Messages(ctx context.Context, after int64, limit int) (list []store.Message, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		list, err = r.Outbox(after, limit)
		return err
	})
	return list, err
}

// removeAccount deletes an account with its grants and lockout.
func removeAccount(tx store.Tx, subject rest.Subject) error {
	grants, err := tx.Grants(subject)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := tx.DeleteGrant(g.Subject, g.Party, g.Service); err != nil && !absent(err) {
			return err
		}
	}
	if err := tx.DeleteLockout(string(subject)); err != nil && !absent(err) {
		return err
	}
	return tx.DeleteAccount(subject)
}
