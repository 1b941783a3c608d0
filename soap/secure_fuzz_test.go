package soap

import (
	"strings"
	"testing"

	"overgang/soap/wssc"
)

// FuzzSecured sends messages to endpoints with WS-Security, at the time at
// which other stacks made the ones it begins with. Whatever comes, the answer is
// well-formed and has one of the promised statuses; of a fault about security
// the text is the one; and what is executed was proved.
func FuzzSecured(f *testing.F) {
	messages := foreignMessages(f)
	for _, m := range messages {
		f.Add(m.message)
		f.Add(withBody(f, withAction(f, m.message, wssc.Issue.Action()), testFile(f, "wssc", "requests", "issue.xml")))
	}
	f.Add(withBody(f, withAction(f, testFile(f, "wssc", "calls", "issue-attached.xml"), secureAction), testBody))
	f.Add(withBody(f, withAction(f, testFile(f, "wssc", "calls", "issue-derived.xml"), secureAction), testBody))
	f.Add(userMessage(`<a:MessageID>urn:1</a:MessageID>`))
	contract := secureContract()
	contract.Endpoints[1].Paths = []string{pathEC2, "/Service.svc"}
	contract.Endpoints[0].Paths = []string{"/WS.svc"}
	s := newSecuredFor(f, contract, messages[0].made)
	for _, ep := range s.endpoints {
		ep.guard.verifier.Replays = forgetful{} // the same answer every time
	}
	f.Fuzz(func(t *testing.T, message string) {
		s.log.Reset()
		for _, path := range []string{"/WS.svc", "/Service.svc"} {
			s.logins, s.calls, s.records = nil, nil, nil
			w := s.post(t, path, message)
			answer := w.String()
			switch w.status {
			case 200, 500:
				wellFormed(t, answer)
			case 400, 413, 415:
			default:
				t.Fatalf("status %d", w.status)
			}
			r := s.records[0]
			if r.Panicked || r.Denied != "" && (!strings.Contains(answer, fixedText) || r.Err == nil) {
				t.Fatalf("%+v %s", r, answer)
			}
			for _, c := range s.calls {
				if path == "/WS.svc" && (c.Identity == nil || len(s.logins) != 1) || path != "/WS.svc" && c.Certificate == "" {
					t.Fatalf("executed for nobody: %+v", c)
				}
			}
		}
	})
}
