package systemauthentication

import (
	"context"
	"fmt"
	"strings"
	"time"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// GetAuthenticationChallenge asks which one-time code to use next.
type GetAuthenticationChallenge struct {
	ChallengeRequest *ChallengeRequest
}

// ChallengeRequest is AuthenticationChallengeRequestBE.
type ChallengeRequest struct {
	AuthMethod     string
	SystemUserName string
	UserPassword   rest.Secret
	UserSSN        rest.NationalID
}

// GetAuthenticationChallengeResponse answers by Status, never by fault.
type GetAuthenticationChallengeResponse struct {
	Result *Challenge
}

// Challenge is AuthenticationChallengeBE.
type Challenge struct {
	Message   string
	Status    rest.ChallengeStatus
	ValidFrom time.Time
	ValidTo   time.Time
}

func (s *service) getAuthenticationChallenge(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetAuthenticationChallenge).ChallengeRequest
	if in == nil {
		in = &ChallengeRequest{}
	}
	method := credential.Method(in.AuthMethod)
	c, err := s.core.Challenge(ctx, strings.TrimSpace(in.SystemUserName),
		rest.PersonLogin{SSN: in.UserSSN, Password: in.UserPassword, Method: method}, call.Address)
	if err != nil {
		status, ok := statusOf(err)
		if !ok {
			return nil, err
		}
		c = rest.Challenge{Status: status}
	}
	if c.Status == rest.ChallengeOK && c.To.IsZero() {
		c.From, c.To = call.Received, call.Received.Add(letterLife)
	}
	return &GetAuthenticationChallengeResponse{Result: &Challenge{
		Message:   s.message(method, c),
		Status:    c.Status,
		ValidFrom: c.From,
		ValidTo:   c.To,
	}}, nil
}

// letterLife is how long the answer about a letter's code is said to be valid.
// The code itself has no end; the old service said half an hour from now.
const letterLife = 30 * time.Minute

// statusOf is the status for an error that is about the request. Failures of
// the gateway itself have none: they stay faults, since no status says them.
func statusOf(err error) (rest.ChallengeStatus, bool) {
	switch rest.KindOf(err) {
	case rest.LockedOut:
		return rest.ChallengeLockedOut, true
	case rest.Internal, rest.Unavailable, rest.RateLimited:
		return "", false
	}
	return rest.ChallengeInvalidCredentials, true
}

// Norwegian names, as the old service's messages had them.
var (
	weekdays = [...]string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"}
	months   = [...]string{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"}
)

// dated is a date in words: "torsdag, 17. desember 2015".
func dated(t time.Time) string {
	return fmt.Sprintf("%s, %d. %s %d", weekdays[t.Weekday()], t.Day(), months[t.Month()-1], t.Year())
}

// message is what the person reads. Clients take the third word of the letter
// codes' message as the code's number (contracts, "What real clients do").
func (s *service) message(method rest.CodeMethod, c rest.Challenge) string {
	switch c.Status {
	case rest.ChallengeOK:
		if method == rest.MessageCodes {
			return "Engangskode er sendt til din mobiltelefon"
		}
		return fmt.Sprintf("Benytt engangskode %d fra brev datert %s", c.Number, dated(c.Letter.In(s.zone)))
	case rest.ChallengeNoCodes:
		return "Det finnes ingen ubrukte engangskoder. Bestill et nytt brev"
	case rest.ChallengeNoPhone:
		return "Det er ikke registrert noe mobilnummer"
	case rest.ChallengeLockedOut:
		return "Brukeren er midlertidig låst"
	case rest.ChallengeInvalidMethod:
		return "Ugyldig type engangskode"
	case rest.ChallengeDead:
		return "Personen er registrert som død"
	}
	return "Feil brukernavn eller passord"
}
