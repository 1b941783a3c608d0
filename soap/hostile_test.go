package soap

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
)

const (
	userTokenOpen = `<o:UsernameToken><o:Username>ola</o:Username><o:Password>hemmelig</o:Password>`
	userToken     = userTokenOpen + `</o:UsernameToken>`
)

// TestHostileUserNames: rows 18, 21, 28, 29, 31, 32, 35, 36 and 42 of the
// attacks, at WS. Nobody is logged in and nothing is executed.
func TestHostileUserNames(t *testing.T) {
	at := func(d time.Duration) string { return noon.Add(d).Format(time.RFC3339) }
	stamp := func(from, to time.Duration) string {
		return `<u:Timestamp xmlns:u="` + wss.UtilitySpace + `"><u:Created>` + at(from) + `</u:Created><u:Expires>` + at(to) + `</u:Expires></u:Timestamp>`
	}
	nonce := func(made string) string {
		return userTokenOpen + `<o:Nonce>AAAAAAAAAAAAAAAAAAAAAA==</o:Nonce>` + made + `</o:UsernameToken>`
	}
	madeAt := func(d time.Duration) string {
		return `<u:Created xmlns:u="` + wss.UtilitySpace + `">` + at(d) + `</u:Created>`
	}
	for name, test := range map[string]struct{ to, want string }{ // to replaces the token
		"18 two Security headers":     {userToken + `</o:Security><o:Security xmlns:o="` + wss.SecuritySpace + `">` + userToken, "wsse:InvalidSecurity"},
		"18 one for the next, too":    {userToken + `</o:Security><o:Security xmlns:o="` + wss.SecuritySpace + `" s:role="` + roleNext + `">`, "wsse:InvalidSecurity"},
		"18 the token for another":    {`</o:Security><o:Security xmlns:o="` + wss.SecuritySpace + `" s:role="urn:other">` + userToken, "wsse:InvalidSecurity"},
		"21 an empty header":          {``, "wsse:InvalidSecurity"},
		"35 two tokens":               {userToken + userToken, "wsse:InvalidSecurity"},
		"35 a digest":                 {strings.Replace(userToken, "<o:Password>", `<o:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">`, 1), "wsse:FailedAuthentication"},
		"35 a nonce for ever":         {nonce(""), "wsse:InvalidSecurity"},
		"35 an old nonce":             {nonce(madeAt(-7 * time.Minute)), "wsu:MessageExpired"},
		"35 a nonce of the future":    {nonce(madeAt(2 * time.Minute)), "wsse:InvalidSecurity"},
		"36 expired":                  {stamp(-10*time.Minute, -2*time.Minute) + userToken, "wsu:MessageExpired"},
		"36 in the future":            {stamp(2*time.Minute, 5*time.Minute) + userToken, "wsse:InvalidSecurity"},
		"36 ends before it begins":    {stamp(time.Second, 0) + userToken, "wsse:InvalidSecurity"},
		"36 two":                      {stamp(0, time.Minute) + stamp(0, time.Minute) + userToken, "wsse:InvalidSecurity"},
		"36 ten years":                {stamp(0, 87_600*time.Hour) + userToken, "wsse:InvalidSecurity"},
		"29 a signature, too":         {userToken + `<Signature xmlns="` + dsig + `"/>`, "wsse:InvalidSecurity"},
		"42 an encrypted key":         {userToken + `<x:EncryptedKey xmlns:x="http://www.w3.org/2001/04/xmlenc#"/>`, "wsse:InvalidSecurity"},
		"42 encrypted data":           {`<x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"/>`, "wsse:InvalidSecurity"},
		"SAML":                        {`<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:1.0:assertion"/>`, "wsse:UnsupportedSecurityToken"},
		"32 a wrong password":         {strings.Replace(userToken, "hemmelig", "feil", 1), "wsse:FailedAuthentication"},
		"32 a name in two":            {strings.Replace(userToken, "<o:Username>ola", "<o:Username>ola<x/>", 1), "wsse:InvalidSecurity"},
		"27 split by a comment":       {strings.Replace(userToken, "hemmelig", "fe<!-- -->il", 1), "wsse:FailedAuthentication"},
		"27 in a section":             {strings.Replace(userToken, "hemmelig", "<![CDATA[feil]]>", 1), "wsse:FailedAuthentication"},
		"35 a certificate beside":     {`<o:BinarySecurityToken>AAAA</o:BinarySecurityToken>` + userToken, "wsse:InvalidSecurity"},
		"35 a session token beside":   {userToken + `<c:SecurityContextToken xmlns:c="` + wss.ConversationSpace + `"/>`, "wsse:InvalidSecurity"},
		"38 a session token":          {`<c:SecurityContextToken xmlns:c="` + wss.ConversationSpace + `"/>`, "wsse:InvalidSecurity"},
		"WS-Security of a new name":   {`</o:Security><o:Security xmlns:o="urn:x">` + userToken, "wsse:InvalidSecurity"},
		"a Timestamp without a token": {stamp(0, time.Minute), "wsse:InvalidSecurity"},
	} {
		s := newSecured(t, noon)
		s.wantRefusal(t, name, s.post(t, pathWS, mustReplace(t, userMessage(""), userToken, test.to)), test.want)
		if len(s.calls) != 0 || len(s.logins) != 0 && test.want != "wsse:FailedAuthentication" {
			t.Errorf("%s: %d calls, logins %q", name, len(s.calls), s.logins)
		}
	}
	s := newSecured(t, noon)
	s.wantRefusal(t, "no Header", s.post(t, pathWS, envelope(NS12, "", testBody)), "wsse:InvalidSecurity")
	s.wantRefusal(t, "an empty Header", s.post(t, pathWS, envelope(NS12, "<e:Header/>", testBody)), "wsse:InvalidSecurity")
	s.wantRefusal(t, "a Header of others", s.post(t, pathWS, envelope(NS12, "<e:Header><x/></e:Header>", testBody)), "wsse:InvalidSecurity")
	s.wantRefusal(t, "no Header, EC2", s.post(t, pathEC2, envelope(NS12, "", testBody)), "wsse:InvalidSecurity")
	s.wantRefusal(t, "an operation that is unknown", s.post(t, pathEC2, envelope(NS12, "", "<x/>")), "wsse:InvalidSecurity")
}

// TestRefusalsReadTheSame: the same bytes, but for the subcode, whatever is wrong.
func TestRefusalsReadTheSame(t *testing.T) {
	s := newSecured(t, noon)
	subcode := regexp.MustCompile(`<s:Subcode>.*</s:Subcode>`)
	var first string
	for _, token := range []string{"", strings.Replace(userToken, "hemmelig", "feil", 1), userToken + userToken} {
		answer := subcode.ReplaceAllString(s.post(t, pathWS, mustReplace(t, userMessage(""), userToken, token)).String(), "")
		if first == "" {
			first = answer
		}
		if answer != first {
			t.Errorf("%s\n%s", answer, first)
		}
	}
}

// TestHostileSignatures: rows 20 to 29, 36, 37 and 38, at EC2. What is changed
// before it is signed has a right signature: then the sender is an attacker who
// has a session of its own.
func TestHostileSignatures(t *testing.T) {
	reference := soaptest.Reference
	one := reference("_0")
	for _, test := range []struct{ name, from, to, want string }{
		{"20 an identifier twice", `<a:To s:mustUnderstand="1" u:Id="_1"`, `<a:To s:mustUnderstand="1" u:Id="_0"`, "wsse:InvalidSecurity"},
		{"20 another kind of it", `<a:To s:mustUnderstand="1"`, `<a:To xml:id="_0" s:mustUnderstand="1"`, "wsse:InvalidSecurity"},
		{"22 the Timestamp unsigned", one, reference("_1"), "wsse:InvalidSecurity"},
		{"22 nothing signed", one, "", "wsse:InvalidSecurity"},
		{"23 a stylesheet", `<Transform Algorithm="` + exclusiveC14N, `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116`, "wsse:UnsupportedAlgorithm"},
		{"23 enveloped", `<Transform Algorithm="` + exclusiveC14N, `<Transform Algorithm="` + dsig + `enveloped-signature`, "wsse:UnsupportedAlgorithm"},
		{"23 none", `<Transforms><Transform Algorithm="` + exclusiveC14N + `"/></Transforms>`, "", "wsse:InvalidSecurity"},
		{"24 many references", one, one + strings.Repeat(reference("_1"), 300), "wsse:InvalidSecurity"},
		{"25 a file", `URI="#_0"`, `URI="file:///etc/passwd"`, "wsse:InvalidSecurity"},
		{"25 the web", `URI="#_0"`, `URI="http://127.0.0.1:1/"`, "wsse:InvalidSecurity"},
		{"25 all of it", `URI="#_0"`, `URI=""`, "wsse:InvalidSecurity"},
		{"28 no algorithm", `hmac-sha1"/>`, `none"/>`, "wsse:UnsupportedAlgorithm"},
		{"28 RSA with the secret", `hmac-sha1"/>`, `rsa-sha1"/>`, "wsse:InvalidSecurity"},
		{"28 a short HMAC", `hmac-sha1"/>`, `hmac-sha1"><HMACOutputLength>8</HMACOutputLength></SignatureMethod>`, "wsse:InvalidSecurity"},
		{"29 a key of its own", `<KeyInfo>`, `<KeyInfo><KeyValue/>`, "wsse:InvalidSecurity"},
		{"29 a key to fetch", `<o:SecurityTokenReference>`, `<RetrievalMethod URI="http://127.0.0.1:1/"/><o:SecurityTokenReference>`, "wsse:InvalidSecurity"},
		{"36 expired", "<u:Expires>2026-11-22T12:05:00Z", "<u:Expires>2026-11-22T11:58:59Z", "wsse:InvalidSecurity"},
		{"36 not a time", "<u:Expires>2026-11-22T12:05:00Z", "<u:Expires>2026-11-22T12:04:60Z", "wsse:InvalidSecurity"},
		{"38 a cookie cut", "</dnse:Cookie>", "AAAA</dnse:Cookie>", "wsc:BadContextToken"},
		{"38 no cookie", "<c:Identifier>urn:uuid:", "<c:Identifier>urn:uuid:0", "wsc:BadContextToken"},
		{"42 encrypted", "<u:Timestamp", `<x:EncryptedKey xmlns:x="http://www.w3.org/2001/04/xmlenc#"/><u:Timestamp`, "wsse:InvalidSecurity"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSecured(t, noon)
			c := newClient(t, s)
			c.open()
			d := c.callDraft()
			d.Edit = func(m string) string { return mustReplace(t, m, test.from, test.to) }
			s.wantRefusal(t, test.name, c.send(c.write(d)), test.want)
			if len(s.calls) != 0 {
				t.Error("it was executed")
			}
			c.call("what is right, after that")
		})
	}
}

// TestWrapping: row 19. A signed part is moved to another place and a forged one
// put into its own, in every combination: of no message does anything come.
func TestWrapping(t *testing.T) {
	s := newSecured(t, noon)
	c := newClient(t, s)
	c.open()
	parts := map[string]*regexp.Regexp{
		"Timestamp": regexp.MustCompile(`<u:Timestamp u:Id="_0">.*</u:Timestamp>`),
		"To":        regexp.MustCompile(`<a:To [^>]*>[^<]*</a:To>`),
		"Security":  regexp.MustCompile(`<o:Security .*</o:Security>`),
		"Signature": regexp.MustCompile(`<Signature .*</Signature>`),
	}
	ids := map[string]func(string) string{
		"the same id":  func(s string) string { return s },
		"another id":   func(s string) string { return regexp.MustCompile(`u:Id="_(\d)"`).ReplaceAllString(s, `u:Id="_9$1"`) },
		"no id":        func(s string) string { return regexp.MustCompile(` u:Id="_\d"`).ReplaceAllString(s, "") },
		"another kind": func(s string) string { return strings.ReplaceAll(s, ` u:Id="_`, ` Id="_`) },
	}
	forge := strings.NewReplacer("2026-11-22T12:05", "2026-11-22T12:06", "https://gateway.example", "https://other.example", "<SignatureValue>", "<SignatureValue>AAAA")
	once := func(m, from, to string) string { return strings.Replace(m, from, to, 1) }
	places := map[string]func(m, part string) string{
		"a header block":      func(m, part string) string { return once(m, "<s:Header>", "<s:Header><w>"+part+"</w>") },
		"the Header":          func(m, part string) string { return once(m, "<s:Header>", "<s:Header>"+part) },
		"the Header's end":    func(m, part string) string { return once(m, "</s:Header>", part+"</s:Header>") },
		"the Security header": func(m, part string) string { return once(m, "</o:Security>", part+"</o:Security>") },
		"within the Signature": func(m, part string) string {
			return once(m, "</Signature>", "<Object>"+part+"</Object></Signature>")
		},
		"the Body": func(m, part string) string { return once(m, "<s:Body>", "<s:Body>"+part) },
		"the operation": func(m, part string) string {
			return once(m, testBody, `<Test xmlns="urn:t">`+part+`</Test>`)
		},
		"a second Header": func(m, part string) string {
			return once(m, "<s:Body>", "<s:Header>"+part+"</s:Header><s:Body>")
		},
		"a first Header": func(m, part string) string {
			return once(m, "<s:Header>", "<s:Header>"+part+"</s:Header><s:Header>")
		},
		"another's Security": func(m, part string) string {
			return once(m, "<s:Header>", `<s:Header><o:Security xmlns:o="`+wss.SecuritySpace+`" s:role="urn:other">`+part+`</o:Security>`)
		},
		"behind the Body":            func(m, part string) string { return once(m, "</s:Body>", "</s:Body>"+part) },
		"an element of the Envelope": func(m, part string) string { return once(m, "<s:Header>", part+"<s:Header>") },
	}
	n := 0
	for partName, part := range parts {
		for placeName, place := range places {
			for idName, id := range ids {
				for _, kind := range []string{"call", "request"} {
					d := c.callDraft()
					if kind == "request" {
						d = c.requestDraft(wssc.Issue, entropy32)
					}
					d.Parts = []string{"_0", "_1"}
					message := c.write(d)
					original := part.FindString(message)
					if original == "" {
						t.Fatalf("no %s in %s", partName, message)
					}
					// The original moves, the forged one takes its place.
					wrapped := place(strings.Replace(message, original, "FORGED", 1), original)
					wrapped = strings.Replace(wrapped, "FORGED", id(forge.Replace(original)), 1)
					if !strings.Contains(wrapped, original) || wrapped == message {
						continue // the place was within the part
					}
					n++
					w := c.send(wrapped)
					if w.status == 200 || len(s.calls) > 0 || !strings.Contains(w.String(), "<s:Fault>") {
						t.Fatalf("%s, %s to %s, forged with %s: %d %s\n%s", kind, partName, placeName, idName, w.status, w.String(), wrapped)
					}
				}
			}
		}
	}
	if n < 250 {
		t.Errorf("only %d permutations", n)
	}
	c.call("what is right, after that")
}

// TestEnvelopeAttacks: two Bodies, two Headers, and the action of another
// operation, with a signature that is right.
func TestEnvelopeAttacks(t *testing.T) {
	s := newSecured(t, noon)
	c := newClient(t, s)
	c.open()
	body := `<s:Body>` + testBody + `</s:Body>`
	for name, test := range map[string]struct{ from, to, codes string }{
		"two Bodies":             {body, body + body, "s:Sender"},
		"two operations":         {testBody, testBody + testBody, "s:Sender"},
		"a Header behind":        {body, body + `<s:Header/>`, "s:Sender"},
		"the other operation":    {testBody, `<Second xmlns="urn:t"/>`, "s:Sender a:InvalidAddressingHeader a:ActionMismatch"},
		"an unknown operation":   {testBody, `<Third xmlns="urn:t"/>`, "s:Sender a:ActionNotSupported"},
		"a token request within": {testBody, c.requestDraft(wssc.Issue, entropy32).Body, "s:Sender a:ActionNotSupported"},
		"another action":         {secureAction + "</a:Action>", "urn:second</a:Action>", "s:Sender a:InvalidAddressingHeader a:ActionMismatch"},
		"an unknown action":      {secureAction + "</a:Action>", "urn:third</a:Action>", "s:Sender a:ActionNotSupported"},
		"a token's action":       {secureAction + "</a:Action>", wssc.Renew.Action() + "</a:Action>", "s:Sender wsse:InvalidSecurity"},
		"no action":              {secureAction + "</a:Action>", "</a:Action>", "s:Sender a:InvalidAddressingHeader a:InvalidAddress"},
		"another address":        {"https://gateway.example" + pathEC2, "https://gateway.example" + pathOther, "s:Sender a:DestinationUnreachable"},
		"an answer elsewhere":    {anonymousAddress + "</a:Address>", "http://127.0.0.1:1/</a:Address>", "s:Sender a:InvalidAddressingHeader a:OnlyAnonymousAddressSupported"},
		"two To":                 {"<a:ReplyTo>", "<a:To>https://gateway.example" + pathEC2 + "</a:To><a:ReplyTo>", "s:Sender a:InvalidAddressingHeader a:InvalidCardinality"},
		"a header of others":     {"<a:ReplyTo>", `<x xmlns="urn:x" s:mustUnderstand="1"/><a:ReplyTo>`, "s:MustUnderstand"},
	} {
		d := c.callDraft()
		d.Edit = func(m string) string { return mustReplace(t, m, test.from, test.to) }
		w := c.send(c.write(d))
		if w.status != 500 || codesOf(w.String()) != test.codes {
			t.Errorf("%s: want %s, got %d %s", name, test.codes, w.status, w.String())
		}
		if want := fmt.Sprintf(">urn:uuid:%d</a:RelatesTo>", c.sent); !strings.Contains(w.String(), want) {
			t.Errorf("%s: no %s in %s", name, want, w.String())
		}
	}
	if len(s.calls) != 0 {
		t.Errorf("%d were executed", len(s.calls))
	}
}

// TestEveryByteCounts changes each byte of what is signed, and of the cookie, in
// turn: nothing comes of it.
func TestEveryByteCounts(t *testing.T) {
	s := newSecured(t, noon)
	c := newClient(t, s)
	c.open()
	message := c.write(c.callDraft())
	for _, part := range [][2]string{{"<u:Timestamp", "</u:Timestamp>"}, {"2006/05/security\">", "</dnse:Cookie>"}, {"<SignedInfo>", "</SignatureValue>"}} {
		for i := strings.Index(message, part[0]) + strings.LastIndex(part[0], ">") + 1; i < strings.Index(message, part[1]); i++ {
			changed := []byte(message)
			changed[i] ^= 1
			if w := s.post(t, pathEC2, string(changed)); w.status == 200 {
				t.Errorf("byte %d changed from %q: %s", i, message[i], changed)
			}
		}
	}
	if w := s.post(t, pathEC2, message); w.status != 200 {
		t.Errorf("unchanged: %s", w.String())
	}
}

// TestUsedUp: what was refused is not remembered as used, and what was used is,
// for as long as it could be used again.
func TestUsedUp(t *testing.T) {
	s := newSecured(t, noon)
	nonce := base64.StdEncoding.EncodeToString([]byte("sixteen bytes it"))
	token := userTokenOpen + `<o:Nonce>` + nonce + `</o:Nonce><u:Created xmlns:u="` + wss.UtilitySpace + `">` + noon.Format(time.RFC3339) + `</u:Created></o:UsernameToken>`
	message := mustReplace(t, userMessage(""), userToken, token)
	s.wantRefusal(t, "broken", s.post(t, pathWS, mustReplace(t, message, "</o:Security>", "<x/></o:Security>")), "wsse:UnsupportedSecurityToken")
	if w := s.post(t, pathWS, message); w.status != 200 {
		t.Fatal(w.String())
	}
	for _, later := range []time.Duration{0, time.Minute, 5*time.Minute + 59*time.Second} {
		s.now = noon.Add(later)
		s.wantRefusal(t, later.String(), s.post(t, pathWS, message), "wsse:FailedAuthentication")
	}
	s.now = noon.Add(6 * time.Minute)
	s.wantRefusal(t, "too old", s.post(t, pathWS, message), "wsu:MessageExpired")
}
