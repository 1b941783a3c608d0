package wss_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

// FuzzSecurity: whatever the head of a message is, it is taken or refused with
// a code, twice alike; and what is signed is where it may be.
func FuzzSecurity(f *testing.F) {
	for _, folder := range []string{"wss4j", "xmlsec"} {
		for i, fixture := range fixtures(f, folder) {
			if i%3 == 0 {
				f.Add([]byte(fixture.message), fixture.made.Unix())
			}
		}
	}
	for i, h := range hostile {
		if i%8 == 0 {
			f.Add([]byte(signed(f, replace(f, sessionMessage, h.from, h.to))), noon.Unix())
		}
	}
	f.Add([]byte(userMessage(userName+userWord+userOnce+userTime)), noon.Unix())
	s := newStack(f, noon)
	s.Replays = forgetful{}
	parser := c14n.NewParser(nil)
	f.Fuzz(func(t *testing.T, message []byte, at int64) {
		root, err := parser.Parse(message, xmltok.Limits{})
		if err != nil {
			return
		}
		m, err := head(root)
		if err != nil {
			return
		}
		s.clock.now = time.Unix(at, 0)
		for name, p := range policies {
			v, err := s.Verify(context.Background(), m, p)
			again, errAgain := s.Verify(context.Background(), m, p)
			if got(v, err) != got(again, errAgain) {
				t.Fatalf("%s: first %v, then %v", name, err, errAgain)
			}
			var refused *wss.Error
			if err != nil && !errors.As(err, &refused) {
				t.Fatalf("%s: %v", name, err)
			}
			if err != nil {
				continue
			}
			if p.Signature != 0 && (v.Timestamp == nil || len(v.Signatures) == 0 || v.Certificate == nil && v.Context == nil) {
				t.Fatalf("%s: taken without a signature", name)
			}
			if p.Username && v.Username == nil {
				t.Fatalf("%s: taken without a user name", name)
			}
			for _, n := range v.Signed {
				if n.Parent != m.Header && n.Parent != m.Security[0] {
					t.Fatalf("%s: <%s> is signed", name, n.Name.Local)
				}
			}
		}
	})
}
