package core

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// signing is where a caller's signatures count, and what they lead to.
type signing struct {
	step   rest.Step
	enough bool // they leave the step
}

// mayGive says whether a caller can give so many more signatures at a Signing
// step, its rights aside, and whether the step is left with them: who has signed
// does not sign again, but where the sender asked for more, and the parallel
// step is for those who are named.
func mayGive(caller rest.Caller, s rest.Step, d *rest.Delegation, in *rest.Instance, count int) (signing, error) {
	out := signing{step: s, enough: true}
	if !signs(caller) {
		return out, rest.Errorf(rest.Forbidden, "sign-person", "Signing needs a logged-in person.")
	}
	if err := rolesOf(caller, s); err != nil {
		return out, err
	}
	if !s.Parallel {
		if signedBy(in, caller) {
			return out, errSigned
		}
		return out, nil
	}
	switch left := d.Left(in.Signatures, caller.Person); {
	case d == nil:
		return out, rest.Errorf(rest.Conflict, "signing-undelegated", "Nobody has been named to sign at the step %s.", s.ID)
	case d.Of(caller.Person) == 0:
		return out, rest.Errorf(rest.Forbidden, "signer", "You are not among those who were named to sign.")
	case left < count:
		return out, errSigned
	}
	out.enough = d.Given(in.Signatures, 0)+count >= d.Required
	return out, nil
}

var errSigned = rest.Errorf(rest.Conflict, "signed", "You have signed the instance already.")

// maySign is about the signatures that a caller gives with a call that takes an
// instance as far as it goes: they count at the next Signing step from at on.
// Where the process has none, or it is behind, they send in.
func (c *Core) maySign(ctx context.Context, caller rest.Caller, app *application, in *rest.Instance, at int, d *rest.Delegation, count int) (signing, error) {
	out := signing{step: app.steps[max(0, at)], enough: true}
	if !hasSigning(app.steps) {
		return out, nil
	}
	if next := nextSigning(app.steps, at, d != nil); next >= 0 {
		var err error
		if out, err = mayGive(caller, app.steps[next], d, in, count); err != nil || app.steps[next].Parallel {
			return out, err
		}
	} else if !signs(caller) {
		return out, rest.Errorf(rest.Forbidden, "sign-person", "Signing needs a logged-in person.")
	}
	ok, err := c.allowed(ctx, c.registry.now(), caller, targetOf(in.Owner, app.Application), rest.Sign)
	switch {
	case err != nil:
		return out, failure(err)
	case !ok && caller.Person == 0:
		return out, rest.Errorf(rest.Forbidden, "right", "The enterprise user lacks the right to sign for the party.")
	case !ok:
		return out, rest.Errorf(rest.Forbidden, "right", "The person lacks the right to sign for the party.")
	}
	return out, nil
}

// nextSigning is the first Signing step from one on; -1 = none. A parallel one
// that may be skipped counts only if somebody was named.
func nextSigning(steps []rest.Step, from int, named bool) int {
	for i := max(0, from); i < len(steps); i++ {
		if s := steps[i]; s.Kind == rest.Signing && (named || !s.Parallel || !s.Optional) {
			return i
		}
	}
	return -1
}

// mayCover says whether a signature may be on the elements that were selected:
// they are there, and all of them where the step asks for that.
func mayCover(s rest.Step, selected []uuid.UUID, elements []rest.Element) error {
	for i, id := range selected {
		if slices.Contains(selected[:i], id) || !slices.ContainsFunc(elements, func(e rest.Element) bool { return e.ID == id }) {
			return rest.Errorf(rest.Invalid, "signed-elements", "An element that is to be signed is not in the instance, or is named twice.")
		}
	}
	if s.Whole && len(selected) > 0 && len(selected) != len(elements) {
		return rest.Errorf(rest.Conflict, "signing-whole", "At the step %s all elements are signed together.", s.ID)
	}
	return nil
}

// putDelegation stores a delegation as its instance stands: those who are named
// see the instance from the parallel step on, and are asked to sign while it is
// there. Who was not asked before is told.
func putDelegation(tx store.Tx, app *application, in *rest.Instance, d, before *rest.Delegation, now time.Time) error {
	step := parallelStep(app.steps)
	at := stepIndex(app.steps, in.Step)
	if !in.Archived.IsZero() {
		at = len(app.steps)
	}
	opened := before != nil && !before.Opened.IsZero()
	switch {
	case at < step:
		d.Opened = time.Time{}
	case opened:
		d.Opened = before.Opened
	default:
		d.Opened = now
	}
	var waits []rest.PartyID
	for _, s := range d.Signers {
		if at != step || d.Left(in.Signatures, s.Person) == 0 {
			continue
		}
		waits = append(waits, s.Person)
		if opened && before.Of(s.Person) > 0 {
			continue
		}
		if err := askToSign(tx, app, in, s.Person, now); err != nil {
			return err
		}
	}
	return tx.PutDelegation(in.ID, d, waits)
}

// askToSign leaves a text message for a signer who has a telephone.
func askToSign(tx store.Tx, app *application, in *rest.Instance, person rest.PartyID, now time.Time) error {
	p, err := tx.Party(rest.PartyRef{ID: person})
	if err != nil || p.Phone == "" {
		return ignoreAbsent(err)
	}
	owner, err := tx.Party(rest.PartyRef{ID: in.Owner})
	if err := ignoreAbsent(err); err != nil {
		return err
	}
	return enqueue(tx, rest.OutboxMessage{
		Channel: rest.BySMS, To: p.Phone, At: now, Purpose: rest.ForSigning, App: in.App, Party: person, Instance: in.ID,
		Text: rest.Secret(askText(p.Language, app.Application, owner.Name)),
	})
}

// askTexts ask for a signature, with what is to be signed and for whom. A Sami
// text would be a guess.
var askTexts = map[string]string{
	"nb": "Du er bedt om å signere %s for %s.",
	"nn": "Du er beden om å signere %s for %s.",
	"en": "You are asked to sign %s for %s.",
}

// askText is the message in the person's language, else in bokmål; so is the
// application's title, else its name.
func askText(language string, app *rest.Application, owner string) string {
	text, ok := askTexts[language]
	if !ok {
		language, text = "nb", askTexts["nb"]
	}
	return fmt.Sprintf(text, cmp.Or(app.Titles[language], app.Titles["nb"], app.ID.App), owner)
}
