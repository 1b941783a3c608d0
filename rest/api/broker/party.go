package broker

import (
	"context"
	"strconv"
	"strings"

	"overgang/rest"
)

// How parties are named: organisations by ISO 6523 (0192 is the Norwegian
// register of legal entities) or by URN. National identity numbers come in, and
// never go out.
const (
	isoPrefix    = "0192:"
	orgPrefix    = "urn:altinn:organization:identifier-no:"
	personPrefix = "urn:altinn:person:identifier-no:"
	partyPrefix  = "urn:altinn:party:id:"
)

// partyRef reads a party's name.
func partyRef(field, text string) (rest.PartyRef, error) {
	number, digits := text, 9
	if after, ok := strings.CutPrefix(text, isoPrefix); ok {
		number = after
	} else if after, ok := strings.CutPrefix(text, orgPrefix); ok {
		number = after
	} else if after, ok := strings.CutPrefix(text, personPrefix); ok {
		number, digits = after, 11
	} else if after, ok := strings.CutPrefix(text, partyPrefix); ok {
		if id, err := strconv.ParseInt(after, 10, 32); err == nil && id > 0 {
			return rest.PartyRef{ID: rest.PartyID(id)}, nil
		}
	}
	if ref, ok := rest.RefByNumber(number); ok && len(number) == digits {
		return ref, nil
	}
	return rest.PartyRef{}, rest.Errorf(rest.Invalid, "party-invalid", "%s: write a party as %s and 9 digits, or as a URN: %s, %s or %s.", field, isoPrefix, orgPrefix, personPrefix, partyPrefix)
}

// recipient is the party that the parameter of that name means; 0 = it has none.
func (f *face) recipient(ctx context.Context, text string) (rest.PartyID, error) {
	if text == "" {
		return 0, nil
	}
	ref, err := partyRef("recipient", text)
	if err != nil {
		return 0, err
	}
	p, err := f.core.Party(ctx, ref)
	if err != nil && rest.KindOf(err) == rest.NotFound {
		return 0, rest.Errorf(rest.NotFound, "transfer-unknown", "There is no such transfer.")
	}
	return p.ID, err
}

// names names parties, each looked up once.
type names struct {
	f    *face
	ctx  context.Context
	seen map[rest.PartyID]string
}

func (f *face) names(ctx context.Context) *names {
	return &names{f, ctx, map[rest.PartyID]string{}}
}

// of is how the party is shown: an organisation by its number, everybody else,
// and a party that is gone, by its id.
func (n *names) of(id rest.PartyID) (string, error) {
	if name, ok := n.seen[id]; ok {
		return name, nil
	}
	name := partyPrefix + strconv.Itoa(int(id))
	p, err := n.f.core.Party(n.ctx, rest.PartyRef{ID: id})
	switch {
	case err != nil && rest.KindOf(err) != rest.NotFound:
		return "", err
	case err == nil && p.OrgNumber != "":
		name = isoPrefix + p.OrgNumber
	}
	n.seen[id] = name
	return name, nil
}
