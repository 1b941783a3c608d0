package wssc_test

import (
	"context"
	"fmt"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

// A server asks the Endpoint of a service for answers to token requests, and
// soap/wss asks it for the keys of calls.
func ExampleAuthority() {
	clock := func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }
	ring, _ := wssc.NewRing(wss.Secret("thirty-two bytes of pure chance."))
	authority, _ := wssc.New(wssc.Config{Now: clock, Ring: ring})
	endpoint, _ := authority.At(wssc.Site{Address: "/IntermediaryExternal/Receipt.svc"})

	// The header of the request was verified, with wss.CertificateKey; its
	// action is RST/SCT.
	kind, _ := wssc.KindOf("http://schemas.xmlsoap.org/ws/2005/02/trust/RST/SCT")
	body, _ := c14n.NewParser(nil).Parse([]byte(issueRequest), xmltok.Limits{})
	answer, err := endpoint.Answer(context.Background(), kind, body, wssc.Caller{Certificate: "thumbprint"})
	if err != nil {
		fmt.Println(err) // a fault with the code of the *wss.Error
		return
	}
	fmt.Println(kind.AnswerAction(), len(answer.Append(nil)) > 0, answer.Expires())

	replays, _ := wss.NewMemory(clock, 1_000_000)
	_, err = wss.New(wss.Config{Now: clock, Replays: replays, Contexts: endpoint})
	fmt.Println(err)

	_, err = endpoint.Context(context.Background(), wss.ContextReference{Identifier: answer.Identifier()})
	fmt.Println(err)
	// Output:
	// http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/SCT true 2026-11-22 13:00:00 +0000 UTC
	// <nil>
	// wss: BadContextToken: a token without its cookie, which was not seen
}
