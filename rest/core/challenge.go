package core

import (
	"context"
	"errors"
	"fmt"
	"time"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/store"
)

// One-time codes by text message.
const (
	messageDigits = 6
	messageLife   = 10 * time.Minute
	// messagePause is how long a sent code stands before a new challenge sends
	// another, so that challenges cannot flood a telephone.
	messagePause = 30 * time.Second
)

// Challenge implements [rest.Accounts]. It takes no system password: the old
// request has none. Disabled accounts answer as wrong credentials do.
func (c *Core) Challenge(ctx context.Context, system string, login rest.PersonLogin, address string) (rest.Challenge, error) {
	if login.Method != rest.LetterCodes && login.Method != rest.MessageCodes {
		return rest.Challenge{Status: rest.ChallengeInvalidMethod}, nil
	}
	id, systemSubject, err := c.systemName(ctx, system)
	if err != nil {
		return rest.Challenge{}, failure(err)
	}
	account, known, err := c.loginAccount(ctx, systemSubject)
	if err != nil {
		return rest.Challenge{}, failure(err)
	}
	subject, person, err := c.personBySSN(ctx, login.SSN)
	if err != nil {
		return rest.Challenge{}, failure(err)
	}
	// An unknown system makes the password's outcome irrelevant, not its cost.
	if !known || account.Disabled || account.System.Disabled {
		subject = ""
	}
	err = c.prove(ctx, proof{subject: subject, unknownKey: c.unknownPerson(login.SSN), secret: login.Password, address: address})
	switch rest.KindOf(failure(err)) {
	case rest.Unauthenticated:
		return rest.Challenge{Status: rest.ChallengeInvalidCredentials}, nil
	case rest.LockedOut:
		return rest.Challenge{Status: rest.ChallengeLockedOut}, nil
	}
	if err != nil {
		return rest.Challenge{}, failure(err)
	}
	if login.Method == rest.LetterCodes {
		return c.challengeLetter(ctx, person)
	}
	return c.challengeMessage(ctx, person, string(rest.SystemSubject(id)))
}

// challengeLetter names the letter's next unused code.
func (c *Core) challengeLetter(ctx context.Context, person rest.PartyID) (rest.Challenge, error) {
	var letter store.Letter
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		letter, err = r.Letter(person)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return rest.Challenge{}, failure(err)
	}
	number := nextCode(letter)
	if number == 0 {
		return rest.Challenge{Status: rest.ChallengeNoCodes}, nil
	}
	return rest.Challenge{Status: rest.ChallengeOK, Number: number, Letter: letter.Date, From: letter.Date}, nil
}

// codeTexts say a code in each language; the Sami one is short, and certain.
var codeTexts = map[string]string{
	"nb": "Din engangskode er %s. Den gjelder i ti minutter.",
	"nn": "Eingongskoden din er %s. Han gjeld i ti minutt.",
	"en": "Your one-time code is %s. It is valid for ten minutes.",
	"se": "Du koda lea %s.",
}

// codeText is the message with a code, in the person's language, else in bokmål.
func codeText(language string, code rest.Secret) rest.Secret {
	text, ok := codeTexts[language]
	if !ok {
		text = codeTexts["nb"]
	}
	return rest.Secret(fmt.Sprintf(text, code.Reveal()))
}

// challengeMessage sends a code to the person's telephone, by way of the outbox.
func (c *Core) challengeMessage(ctx context.Context, person rest.PartyID, through string) (rest.Challenge, error) {
	party, err := c.party(ctx, c.registry.now(), rest.PartyRef{ID: person})
	if err != nil {
		return rest.Challenge{}, failure(err)
	}
	if party.Phone == "" {
		return rest.Challenge{Status: rest.ChallengeNoPhone}, nil
	}
	code, err := password.Digits(c.cfg.Rand, messageDigits)
	if err != nil {
		return rest.Challenge{}, failure(err)
	}
	now := c.now()
	var pending store.Session
	err = c.update(ctx, func(tx store.Tx) error {
		rows, err := tx.Sessions(person, pendingCaller(through))
		if err != nil {
			return err
		}
		for _, row := range rows {
			sent := row.Expires.Add(-messageLife)
			if row.Pending && row.Code != nil && row.Method == rest.MessageCodes && now.Before(row.Expires) && now.Before(sent.Add(messagePause)) {
				pending = row
				return nil
			}
		}
		pending = store.Session{
			Person: person, Caller: pendingCaller(through), Method: rest.MessageCodes, Pending: true,
			Code: c.codes.hash(person, rest.MessageCodes, 0, code), Opened: now, Used: now, Expires: now.Add(messageLife),
		}
		if err := tx.PutSession(pending); err != nil {
			return err
		}
		return enqueue(tx, rest.OutboxMessage{Channel: rest.BySMS, To: party.Phone, At: now, Until: pending.Expires,
			Purpose: rest.ForCode, Party: person,
			Text: codeText(party.Language, code)})
	})
	if err != nil {
		return rest.Challenge{}, err
	}
	return rest.Challenge{Status: rest.ChallengeOK, From: pending.Expires.Add(-messageLife), To: pending.Expires}, nil
}
