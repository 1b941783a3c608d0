package systemauthentication

import (
	"context"
	"strings"
	"testing"
	"time"

	"overgang/rest"
	"overgang/soap"
)

// fakeAccounts answers every challenge alike and remembers the question.
type fakeAccounts struct {
	rest.Accounts
	answer rest.Challenge
	fails  error
	system string
	login  rest.PersonLogin
}

func (f *fakeAccounts) Challenge(_ context.Context, system string, login rest.PersonLogin, _ string) (rest.Challenge, error) {
	f.system, f.login = system, login
	return f.answer, f.fails
}

func ask(t *testing.T, f *fakeAccounts, req *GetAuthenticationChallenge) (*Challenge, error) {
	t.Helper()
	op := Service(f, time.FixedZone("", 3600)).Operations[0]
	out, err := op.Handle(context.Background(), &soap.Call{}, req)
	if err != nil {
		return nil, err
	}
	return out.(*GetAuthenticationChallengeResponse).Result, nil
}

func TestChallengeLetter(t *testing.T) {
	from := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	f := &fakeAccounts{answer: rest.Challenge{Status: rest.ChallengeOK, Number: 7, From: from, To: from.Add(time.Hour),
		Letter: time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)}}
	got, err := ask(t, f, &GetAuthenticationChallenge{ChallengeRequest: &ChallengeRequest{
		AuthMethod: "AltinnPin", SystemUserName: "1001", UserPassword: "pw", UserSSN: "11111111111"}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Message != "Benytt engangskode 7 fra brev datert mandag, 2. mars 2026" {
		t.Errorf("message = %q", got.Message)
	}
	if third := strings.Fields(got.Message)[2]; third != "7" {
		t.Errorf("clients would read code number %q", third)
	}
	if got.Status != rest.ChallengeOK || !got.ValidFrom.Equal(from) || !got.ValidTo.Equal(from.Add(time.Hour)) {
		t.Errorf("challenge = %+v", got)
	}
	if f.system != "1001" || f.login != (rest.PersonLogin{SSN: "11111111111", Password: "pw", Method: rest.LetterCodes}) {
		t.Errorf("asked for %q, %#v", f.system, f.login)
	}
}

// TestChallengeLetterWithoutEnd: clients parse both times, so neither may be missing.
func TestChallengeLetterWithoutEnd(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	f := &fakeAccounts{answer: rest.Challenge{Status: rest.ChallengeOK, Number: 1, From: at.AddDate(-1, 0, 0)}}
	out, err := Service(f, nil).Operations[0].Handle(context.Background(), &soap.Call{Received: at}, &GetAuthenticationChallenge{})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.(*GetAuthenticationChallengeResponse).Result; !got.ValidFrom.Equal(at) || !got.ValidTo.Equal(at.Add(30*time.Minute)) {
		t.Errorf("challenge = %+v", got)
	}
}

func TestChallengeMessage(t *testing.T) {
	f := &fakeAccounts{answer: rest.Challenge{Status: rest.ChallengeOK}}
	got, err := ask(t, f, &GetAuthenticationChallenge{ChallengeRequest: &ChallengeRequest{AuthMethod: "smspin"}})
	if err != nil || f.login.Method != rest.MessageCodes || strings.Contains(got.Message, "brev") {
		t.Errorf("%v, %v, %+v", err, f.login.Method, got)
	}
}

func TestChallengeErrorsAreStatuses(t *testing.T) {
	for kind, want := range map[rest.Kind]rest.ChallengeStatus{
		rest.Unauthenticated: rest.ChallengeInvalidCredentials,
		rest.LockedOut:       rest.ChallengeLockedOut,
		rest.Invalid:         rest.ChallengeInvalidCredentials,
		rest.NotFound:        rest.ChallengeInvalidCredentials,
	} {
		got, err := ask(t, &fakeAccounts{fails: &rest.Error{Kind: kind}}, &GetAuthenticationChallenge{})
		if err != nil || got.Status != want || got.Message == "" {
			t.Errorf("%v: %v, %+v", kind, err, got)
		}
	}
	for _, kind := range []rest.Kind{rest.Internal, rest.Unavailable, rest.RateLimited} {
		if _, err := ask(t, &fakeAccounts{fails: &rest.Error{Kind: kind}}, &GetAuthenticationChallenge{}); rest.KindOf(err) != kind || err == nil {
			t.Errorf("%v: %v", kind, err)
		}
	}
}

func TestChallengeStatusesHaveMessages(t *testing.T) {
	seen := map[string]rest.ChallengeStatus{}
	for _, s := range []rest.ChallengeStatus{rest.ChallengeInvalidCredentials, rest.ChallengeNoCodes, rest.ChallengeNoPhone,
		rest.ChallengeLockedOut, rest.ChallengeInvalidMethod, rest.ChallengeDead} {
		got, err := ask(t, &fakeAccounts{answer: rest.Challenge{Status: s}}, &GetAuthenticationChallenge{})
		if err != nil || got.Status != s || got.Message == "" {
			t.Errorf("%s: %v, %+v", s, err, got)
		}
		if other, twice := seen[got.Message]; twice {
			t.Errorf("%s reads like %s", s, other)
		}
		seen[got.Message] = s
	}
}
