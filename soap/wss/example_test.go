package wss_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

// A server reads the head of a message, up to the end of its Header, into a
// tree, and has it verified before it reads the Body.
func ExampleVerifier_Verify() {
	clock := func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }
	replays, _ := wss.NewMemory(clock, 1_000_000)
	verifier, _ := wss.New(wss.Config{Now: clock, Replays: replays})
	parser := c14n.NewParser(xmltok.NewVocabulary(wss.Words()...))

	message := userMessage(`<o:Username>ola</o:Username><o:Password>hemmelig</o:Password>`)
	end := strings.Index(message, "</s:Header>") + len("</s:Header>")
	envelope, err := parser.ParseHead([]byte(message[:end]), xmltok.Limits{})
	if err != nil {
		fmt.Println(err) // not well-formed
		return
	}
	m := wss.Message{Header: envelope.First}
	for block := range m.Header.Elements() {
		if block.Name == wss.SecurityName { // and its role is ours
			m.Security = append(m.Security, block)
		}
	}
	v, err := verifier.Verify(context.Background(), m, wss.Policy{Username: true})
	if err != nil {
		var refused *wss.Error
		fmt.Println(errors.As(err, &refused), err) // a fault with refused.Code and wss.FaultText
		return
	}
	fmt.Println(v.Username.Name, v.Username.Password)

	_, err = verifier.Verify(context.Background(), m, wss.Policy{Timestamp: true})
	fmt.Println(err)
	// Output:
	// ola [redacted]
	// wss: InvalidSecurity: no Timestamp
}
