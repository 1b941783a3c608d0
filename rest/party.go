package rest

// PartyID identifies a person or an organisation. The HTTP API writes it as a
// decimal string (instanceOwnerId). It is assigned once and never reused.
type PartyID int32

// Nobody is no party's id. What asks for a party that is unknown asks for it, so
// that nothing tells one from a party that has nothing.
const Nobody PartyID = -1

// PartyKind tells persons from organisations.
type PartyKind string

// Party kinds.
const (
	PersonParty       PartyKind = "person"
	OrganisationParty PartyKind = "organisation"
)

// Party is a person or an organisation that instances belong to.
type Party struct {
	ID        PartyID
	Kind      PartyKind
	SSN       NationalID // persons: 11 digits
	OrgNumber string     // organisations: 9 digits
	UserName  string     // persons: the name they chose, may stand in for a system id; may be empty
	Name      string
	Phone     string // for codes by text message; may be empty
	Language  string // "nb", "nn", "se", "en": what it is answered in where nothing else is asked for; empty = nb
}

// Number is the party's official number: the SSN or the organisation number.
func (p Party) Number() string {
	if p.Kind == PersonParty {
		return p.SSN.Reveal()
	}
	return p.OrgNumber
}

// PartyRef names a party in one of the ways callers do; exactly one field is set.
type PartyRef struct {
	ID        PartyID
	SSN       NationalID
	OrgNumber string
	UserName  string
}

// RefByNumber makes a reference from an official number: 9 digits are an
// organisation, 11 a person. Anything else yields ok = false.
func RefByNumber(number string) (ref PartyRef, ok bool) {
	for _, c := range []byte(number) {
		if c < '0' || c > '9' {
			return PartyRef{}, false
		}
	}
	switch len(number) {
	case 9:
		return PartyRef{OrgNumber: number}, true
	case 11:
		return PartyRef{SSN: NationalID(number)}, true
	}
	return PartyRef{}, false
}
