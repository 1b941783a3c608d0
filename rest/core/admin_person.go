package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/store"
)

// One-time codes of a letter.
const (
	letterCodes  = 30 // when none are given
	letterDigits = 5
	maxCodes     = 200
)

// NewPerson is a person to be registered, with how it logs in.
type NewPerson struct {
	SSN      rest.NationalID
	Name     string
	UserName string      // may stand in for a system's id; may be empty
	Phone    string      // may be empty
	Language string      // as [rest.Party.Language]
	Password rest.Secret // empty = generated
	Codes    []rest.Secret
	Letter   time.Time // the date of the letter with the codes; zero = today
	Disabled bool
}

// AddedPerson is what was registered, with what must be handed to the person.
type AddedPerson struct {
	Party    rest.Party
	Password rest.Secret
	Codes    []rest.Secret
}

func (n NewPerson) party() (rest.Party, error) {
	p := rest.Party{Kind: rest.PersonParty, SSN: n.SSN, Name: n.Name, UserName: n.UserName, Phone: n.Phone, Language: n.Language}
	return p, checkParty(&p)
}

// AddPerson registers a person: as a party, with a password, and with a letter
// of one-time codes. A person who is a party already becomes able to log in.
// Conflict when it is able to already.
func (a *Admin) AddPerson(ctx context.Context, n NewPerson) (AddedPerson, error) {
	party, err := n.party()
	if err != nil {
		return AddedPerson{}, err
	}
	out := AddedPerson{Codes: n.Codes}
	if out.Password, err = a.secret(n.Password); err != nil {
		return AddedPerson{}, err
	}
	hash, err := a.hash(out.Password)
	if err != nil {
		return AddedPerson{}, failure(err)
	}
	if len(out.Codes) == 0 {
		if out.Codes, err = a.newCodes(letterCodes); err != nil {
			return AddedPerson{}, failure(err)
		}
	}
	if err := checkCodes(out.Codes); err != nil {
		return AddedPerson{}, err
	}
	err = a.Apply(ctx, func(tx store.Tx) error {
		out.Party = party
		if err := putParty(tx, &out.Party); err != nil {
			return err
		}
		subject := rest.PersonSubject(out.Party.ID)
		if _, err := tx.Account(subject); !absent(err) {
			return errors.Join(err, rest.Errorf(rest.Conflict, "exists", "The person is registered already."))
		}
		if err := tx.PutAccount(&store.Account{Subject: subject, Party: out.Party.ID, Password: hash, Disabled: n.Disabled}); err != nil {
			return err
		}
		return tx.PutLetter(a.letter(out.Party.ID, n.Letter, out.Codes))
	})
	return out, err
}

// PutPerson is the change that adds or replaces a person; passwords as in
// [Admin.PutSystem]. A letter of the date that the person's last one has is
// left as it is, so that used codes stay used.
func (a *Admin) PutPerson(ctx context.Context, n NewPerson) (Change, rest.Secret, error) {
	party, err := n.party()
	if err != nil {
		return nil, "", err
	}
	if err := checkCodes(n.Codes); err != nil {
		return nil, "", err
	}
	var subject rest.Subject
	err = a.cfg.Store.View(ctx, func(r store.Reader) error {
		p, err := r.Party(rest.PartyRef{SSN: n.SSN})
		subject = rest.PersonSubject(p.ID)
		return err
	})
	if err != nil && !absent(err) {
		return nil, "", failure(err)
	}
	kept, set, err := a.password(ctx, subject, n.Password)
	if err != nil {
		return nil, "", err
	}
	if kept == "" {
		if kept, err = a.hash(set); err != nil {
			return nil, "", failure(err)
		}
	}
	return func(tx store.Tx) error {
		p := party
		if err := putParty(tx, &p); err != nil {
			return err
		}
		err := tx.PutAccount(&store.Account{Subject: rest.PersonSubject(p.ID), Party: p.ID, Password: kept, Disabled: n.Disabled})
		if err != nil || len(n.Codes) == 0 {
			return err
		}
		letter := a.letter(p.ID, n.Letter, n.Codes)
		last, err := tx.Letter(p.ID)
		if err == nil && last.Date.Equal(letter.Date) && len(last.Codes) == len(letter.Codes) {
			return nil
		}
		if err != nil && !absent(err) {
			return err
		}
		return tx.PutLetter(letter)
	}, set, nil
}

// password decides about an account's password: the stored hash to keep, or
// the password to set.
func (a *Admin) password(ctx context.Context, subject rest.Subject, given rest.Secret) (kept string, set rest.Secret, err error) {
	var account store.Account
	err = a.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		account, err = r.Account(subject)
		return err
	})
	if err != nil && !absent(err) {
		return "", "", failure(err)
	}
	if account.Password != "" {
		if given == "" {
			return account.Password, "", nil
		}
		if ok, err := password.Verify(account.Password, given); ok && err == nil {
			return account.Password, "", nil
		}
	}
	set, err = a.secret(given)
	return "", set, err
}

// NewLetter replaces a person's one-time codes by n new ones and returns them.
func (a *Admin) NewLetter(ctx context.Context, person rest.PartyRef, n int) ([]rest.Secret, error) {
	if n <= 0 || n > maxCodes {
		return nil, rest.Errorf(rest.Invalid, "codes", "A letter has 1 to %d codes.", maxCodes)
	}
	codes, err := a.newCodes(n)
	if err != nil {
		return nil, failure(err)
	}
	return codes, a.Apply(ctx, func(tx store.Tx) error {
		p, err := tx.Party(person)
		if err != nil {
			return err
		}
		return tx.PutLetter(a.letter(p.ID, time.Time{}, codes))
	})
}

func (a *Admin) newCodes(n int) ([]rest.Secret, error) {
	codes := make([]rest.Secret, n)
	for i := range codes {
		var err error
		if codes[i], err = password.Digits(a.cfg.Rand, letterDigits); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

func checkCodes(codes []rest.Secret) error {
	if len(codes) > maxCodes {
		return rest.Errorf(rest.Invalid, "codes", "A letter has %d codes at most.", maxCodes)
	}
	for i, c := range codes {
		s := c.Reveal()
		if len(s) < 4 || len(s) > 20 || strings.TrimSpace(s) != s {
			return rest.Errorf(rest.Invalid, "codes", "Code %d of the letter has another length than 4 to 20 characters.", i+1)
		}
	}
	return nil
}

func (a *Admin) letter(person rest.PartyID, date time.Time, codes []rest.Secret) store.Letter {
	if date.IsZero() {
		date = a.cfg.Now()
	}
	l := store.Letter{Person: person, Date: date.UTC().Truncate(24 * time.Hour), Codes: make([][]byte, len(codes))}
	for i, c := range codes {
		l.Codes[i] = a.codes.hash(person, rest.LetterCodes, i+1, c)
	}
	return l
}

// Persons lists the persons who can log in.
func (a *Admin) Persons(ctx context.Context) ([]rest.Party, error) {
	var list []rest.Party
	err := a.view(ctx, func(r store.Reader) error {
		list = nil
		accounts, err := r.Accounts()
		if err != nil {
			return err
		}
		for _, account := range accounts {
			if account.Party == 0 {
				continue
			}
			p, err := r.Party(rest.PartyRef{ID: account.Party})
			if err != nil {
				return fmt.Errorf("core: party of account %s: %w", account.Subject, err)
			}
			list = append(list, p)
		}
		return nil
	})
	return list, err
}

// RemovePerson takes a person's login and grants away. The party stays: what
// belongs to it does.
func (a *Admin) RemovePerson(ctx context.Context, ref rest.PartyRef) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		p, err := tx.Party(ref)
		if err != nil {
			return err
		}
		return removeAccount(tx, rest.PersonSubject(p.ID))
	})
}
