package wss_test

import (
	"testing"
	"time"

	"overgang/soap/wss"
)

// userMessage is a message with a UsernameToken of these children.
func userMessage(children string) string {
	return `<s:Envelope xmlns:s="urn:s" xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><s:Header>` +
		`<o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><o:UsernameToken>` +
		children + `</o:UsernameToken></o:Security></s:Header></s:Envelope>`
}

const (
	userName = `<o:Username>ola</o:Username>`
	userWord = `<o:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"> p</o:Password>`
	userOnce = `<o:Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary">b25jZQ==</o:Nonce>`
	userTime = `<u:Created>2026-11-22T12:00:00Z</u:Created>`
)

// TestUsername: row 35.
func TestUsername(t *testing.T) {
	const invalid = "wsse:InvalidSecurity"
	for _, test := range []struct {
		name, children string
		nonce          bool // asked for
		want           string
	}{
		{"name and password", userName + userWord, false, ""},
		{"a password without a type", userName + "<o:Password> p</o:Password>", false, ""},
		{"all", userName + userWord + userOnce + userTime, true, ""},
		{"Created before Nonce", userName + userWord + userTime + userOnce, true, ""},
		{"a name with a comment in it", "<o:Username>o<!-- x -->la</o:Username>" + userWord, false, ""},
		{"no Nonce where asked for", userName + userWord + userTime, true, invalid},
		{"no Created where asked for", userName + userWord + userOnce, true, invalid},
		{"a Nonce without Created", userName + userWord + userOnce, false, invalid},
		{"no name", userWord, false, invalid},
		{"an empty name", "<o:Username> </o:Username>" + userWord, false, invalid},
		{"an element in the name", "<o:Username>ola<x/></o:Username>" + userWord, false, invalid},
		{"no password", userName, false, invalid},
		{"two passwords", userName + userWord + userWord, false, invalid},
		{"two names", userName + userName + userWord, false, invalid},
		{"two nonces", userName + userWord + userOnce + userOnce + userTime, false, invalid},
		{"a password of another namespace", userName + "<Password>p</Password>", false, invalid},
		{"a digest", userName + `<o:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">x</o:Password>` + userOnce + userTime, false, "wsse:FailedAuthentication"},
		{"a type nobody knows", userName + `<o:Password Type="x">p</o:Password>`, false, "wsse:FailedAuthentication"},
		{"old", userName + userWord + `<u:Created>2026-11-22T11:53:59Z</u:Created>`, false, "wsu:MessageExpired"},
		{"of the future", userName + userWord + `<u:Created>2026-11-22T12:01:01Z</u:Created>`, false, invalid},
		{"Created unreadable", userName + userWord + `<u:Created>now</u:Created>`, false, invalid},
		{"an empty Nonce", userName + userWord + "<o:Nonce/>" + userTime, false, invalid},
		{"a Nonce in hexadecimal", userName + userWord + `<o:Nonce EncodingType="#HexBinary">AAAA</o:Nonce>` + userTime, false, invalid},
		{"a key derived from it", userName + userWord + `<k:Salt xmlns:k="http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd">AAAA</k:Salt>`, false, invalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, err := newStack(t, noon).verify(t, userMessage(test.children), wss.Policy{Username: true, Nonce: test.nonce})
			if code := codeOf(err); code != test.want {
				t.Fatalf("got %q (%v), want %q", code, err, test.want)
			}
			if err == nil && (v.Username.Name != "ola" || v.Username.Password != " p") {
				t.Errorf("got %q, %q", v.Username.Name, string(v.Username.Password))
			}
		})
	}
	twice := replace(t, userMessage(userName+userWord), "</o:UsernameToken>", "</o:UsernameToken><o:UsernameToken>"+userName+userWord+"</o:UsernameToken>")
	if _, err := newStack(t, noon).verify(t, twice, wss.Policy{Username: true}); codeOf(err) != invalid {
		t.Errorf("two UsernameTokens: %v", err)
	}
}

// TestNonceReplay: a nonce serves once as long as its Created lets it in, and
// other tokens are not in its way.
func TestNonceReplay(t *testing.T) {
	s := newStack(t, noon)
	try := func(children string) string {
		_, err := s.verify(t, userMessage(children), wss.Policy{Username: true, Nonce: true})
		return codeOf(err)
	}
	steps := []struct{ name, children, want string }{
		{"first", userName + userWord + userOnce + userTime, ""},
		{"again", userName + userWord + userOnce + userTime, "wsse:FailedAuthentication"},
		{"written otherwise", "<o:Username> ola</o:Username>" + userWord + "<o:Nonce> b25j\nZQ== </o:Nonce><u:Created>2026-11-22T13:00:00.0+01:00</u:Created>", "wsse:FailedAuthentication"},
		{"another nonce", userName + userWord + "<o:Nonce>b25jZTI=</o:Nonce>" + userTime, ""},
		{"another user", "<o:Username>eva</o:Username>" + userWord + userOnce + userTime, ""},
		{"another time", userName + userWord + userOnce + "<u:Created>2026-11-22T12:00:01Z</u:Created>", ""},
	}
	for _, step := range steps {
		if got := try(step.children); got != step.want {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
	}
	s.clock.now = noon.Add(6*time.Minute - time.Nanosecond)
	if got := try(steps[0].children); got != "wsse:FailedAuthentication" {
		t.Errorf("at the last moment: %q", got)
	}
	s.clock.now = noon.Add(6 * time.Minute)
	if got := try(steps[0].children); got != "wsu:MessageExpired" {
		t.Errorf("a moment later: %q", got)
	}
}
