package rest

import (
	"strconv"
	"strings"
	"time"
)

// Caller is who makes a call, after authentication. A SOAP caller is an
// end-user system, often with a logged-in person; a REST caller is an
// application owner, a user or an enterprise user. The zero Caller may do nothing.
type Caller struct {
	// System is the end-user system, or whoever stands in for one: a person
	// ([StandIn]) or an enterprise user ([EnterpriseID.System]); 0 = none.
	System SystemID
	Person PartyID // the logged-in person; 0 = none
	Owner  string  // the application owner's org code; "" = not an owner
	// Scopes are the bearer token's. A caller with a System that logged in with
	// credentials of its own (SOAP) has none and needs none. Anybody else, and so
	// an enterprise user with a token, needs [ScopeRead] or [ScopeWrite], and as an
	// Owner [ScopeOwner] beside it.
	Scopes []string
	// Language is what the person prefers, else the system or the enterprise
	// user's organisation: see [Party.Language]. Of SOAP callers only.
	Language string
	// Until is when the caller's token expires; zero = it has none. What goes on
	// for long, such as an open stream, ends then.
	Until time.Time
	// Issuer is who vouched for the caller with a token; empty = the gateway itself.
	Issuer string
	// Certificate is the thumbprint of the certificate that an enterprise user
	// called with (EC2) or got its token with, as [Accounts.Enterprise] has it;
	// empty = with none.
	Certificate string
	Address     string // remote address, for the audit trail and for rate limits
}

// Scopes of bearer tokens.
const (
	ScopeRead  = "instances.read"
	ScopeWrite = "instances.write"
	ScopeOwner = "serviceowner"
)

// SystemID is the id that an end-user system logs in with. A person whose own
// user name stands in for a system has a negative one, see [StandIn], and so has
// an enterprise user, see [EnterpriseID.System]: as senders all are alike.
type SystemID int32

// EnterpriseID is the number of an enterprise user, from 1 on. It is assigned
// once and never reused.
type EnterpriseID int32

// enterprises is where the system ids of enterprise users begin, downwards.
// Parties have far lower numbers: they are counted up from 50,001.
const enterprises = -1 << 30

// StandIn is the id of a person who stands in for an end-user system. The
// person is not thereby logged in: no one-time code was given.
func StandIn(person PartyID) SystemID { return SystemID(-person) }

// Person is the person who stands in for a system, or 0 when it is one.
func (id SystemID) Person() PartyID {
	if id < 0 && id > enterprises {
		return PartyID(-id)
	}
	return 0
}

// System is the id under which an enterprise user sends, or 0 for none.
func (id EnterpriseID) System() SystemID {
	if id <= 0 || id >= -enterprises { // there is no such number below
		return 0
	}
	return enterprises - SystemID(id)
}

// Enterprise is the enterprise user who sends under the id, or 0 when it is none.
func (id SystemID) Enterprise() EnterpriseID {
	if id < enterprises {
		return EnterpriseID(enterprises - id)
	}
	return 0
}

// Subject is the holder of a right: "system:1023", "person:50001",
// "enterprise:7", "owner:ttd".
type Subject string

// SystemSubject is the subject of an end-user system, or of the person or the
// enterprise user who stands in for it.
func SystemSubject(id SystemID) Subject {
	if p := id.Person(); p != 0 {
		return PersonSubject(p)
	}
	if e := id.Enterprise(); e != 0 {
		return EnterpriseSubject(e)
	}
	return Subject("system:" + strconv.Itoa(int(id)))
}

// OwnerSubject is the subject of an application owner.
func OwnerSubject(org string) Subject { return Subject(ownerPrefix + org) }

const ownerPrefix = "owner:"

// Owner is the org code of an application owner's subject; "" = another kind.
func (s Subject) Owner() string {
	if org, ok := strings.CutPrefix(string(s), ownerPrefix); ok {
		return org
	}
	return ""
}

// PersonSubject is the subject of a person.
func PersonSubject(id PartyID) Subject { return Subject("person:" + strconv.Itoa(int(id))) }

// EnterpriseSubject is the subject of an enterprise user.
func EnterpriseSubject(id EnterpriseID) Subject {
	return Subject("enterprise:" + strconv.Itoa(int(id)))
}

// Enterprise is the enterprise user whose subject it is, or 0 for another kind.
func (s Subject) Enterprise() EnterpriseID {
	text, ok := strings.CutPrefix(string(s), "enterprise:")
	id, err := strconv.ParseInt(text, 10, 32)
	if !ok || err != nil || id <= 0 || EnterpriseSubject(EnterpriseID(id)) != s {
		return 0
	}
	return EnterpriseID(id)
}

// Enterprise is the enterprise user who calls, or 0 when it is somebody else.
func (c Caller) Enterprise() EnterpriseID { return c.System.Enterprise() }

// Subjects lists whose rights the caller has.
func (c Caller) Subjects() []Subject {
	var s []Subject
	if c.System != 0 {
		s = append(s, SystemSubject(c.System))
	}
	if c.Person != 0 {
		s = append(s, PersonSubject(c.Person))
	}
	return s
}

// Name is the caller as createdBy and events show it: the owner's code, else
// the person, else the system.
func (c Caller) Name() string {
	switch {
	case c.Owner != "":
		return c.Owner
	case c.Person != 0:
		return string(PersonSubject(c.Person))
	case c.System != 0:
		return string(SystemSubject(c.System))
	}
	return "system"
}

// Right is one of what a grant allows.
type Right string

// Rights.
const (
	Read  Right = "read"
	Write Right = "write"
	Sign  Right = "sign"
)

// Grant gives a subject rights on a party's instances of one service or of all.
type Grant struct {
	Subject Subject
	Party   PartyID
	Service ServiceRef // the zero ServiceRef = all services
	Rights  []Right
}
