package core

import (
	"context"
	"slices"

	"overgang/rest"
	"overgang/store"
)

// senderNamed is who sends a new instance under a reference of its own; 0 = it
// has none. Persons and enterprise users are the senders that they are for the
// legacy services, so that a reference is one, whichever way it comes.
func senderNamed(caller rest.Caller, n rest.NewInstance) (rest.SystemID, error) {
	if err := checkReference(n.Reference); err != nil {
		return 0, err
	}
	for _, e := range n.Elements {
		if err := checkReference(e.SenderReference); err != nil {
			return 0, err
		}
	}
	if n.Reference == "" {
		return 0, nil
	}
	sender := caller.System
	if sender == 0 && caller.Person != 0 {
		sender = rest.StandIn(caller.Person)
	}
	if sender == 0 || caller.Owner != "" {
		return 0, rest.Errorf(rest.Invalid, "reference-sender", "A reference is its sender's: an application's owner sends nothing in.")
	}
	return sender, nil
}

// checkReference refuses what would be stored otherwise than it was sent.
func checkReference(reference string) error {
	if len(reference) > maxReference || cleanLine(reference, maxReference) != reference {
		return rest.Errorf(rest.Invalid, "reference-invalid", "A reference is one line of at most %d bytes, without spaces around it.", maxReference)
	}
	return nil
}

// created finds what has a new instance's reference already. The same instance,
// with the same elements as it has now, is told from another one: whoever sends
// something new under a used reference must learn that it was not taken in.
func (c *Core) created(ctx context.Context, caller rest.Caller, n *rest.Instance) (*rest.Instance, error) {
	var in *rest.Instance
	err := c.view(ctx, func(r store.Reader) (err error) {
		in, err = r.InstanceByReference(n.Sender, n.Reference)
		return orNotFound(err, "instance") // it was purged this moment
	})
	taken := rest.Errorf(rest.Conflict, "reference-taken", "You have sent something else under this reference already, or it was changed or deleted since. Nothing was stored.")
	switch {
	case rest.KindOf(err) == rest.NotFound:
		return nil, taken
	case err != nil:
		return nil, err
	case in.App != n.App || in.Owner != n.Owner || !slices.EqualFunc(in.Elements, n.Elements, sameElement):
		return nil, taken
	}
	err = c.authorise(ctx, caller, in, rest.Write)
	switch rest.KindOf(err) {
	case rest.Gone, rest.NotFound, rest.Forbidden:
		return nil, taken
	}
	if err != nil {
		return nil, err
	}
	return in, rest.ErrRepeated
}

func sameElement(a, b rest.Element) bool {
	return a.Type == b.Type && a.Content.Size == b.Content.Size && a.Content.SHA256 == b.Content.SHA256 && a.Encrypted == b.Encrypted && a.SenderReference == b.SenderReference
}
