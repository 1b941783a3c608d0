package wssc_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// TestTurnByTurn: gateways that share a ring serve the sessions of each other
// at once, while the ring is rotated and little is kept.
func TestTurnByTurn(t *testing.T) {
	rings := []*wssc.Ring{ring(t, keyA, keyB), ring(t, keyB, keyA)}
	var gateways []*gateway
	for range 2 { // both know the new key before either seals with it, as told at Ring
		gateways = append(gateways, newGateway(t, wssc.Config{Ring: rings[0], Seen: 4, Principals: 2}, site))
	}
	var callers sync.WaitGroup
	for i := range 8 {
		callers.Go(func() {
			who := fmt.Sprintf("caller %d", i)
			for turn := range 50 {
				k, err := gateways[turn%2].ask(t, wssc.Issue, issueRequest, who)
				if err != nil {
					t.Error(err)
					return
				}
				if err := gateways[turn%2].SetRing(rings[(turn+i)%2]); err != nil {
					t.Error(err)
				}
				for _, g := range gateways {
					c, err := g.use(t, k)
					if err != nil || c.Owner != who || !bytes.Equal(c.Key, k.key) {
						t.Errorf("%v, %v", c, err)
						return
					}
					_, err = g.Context(ctx, wss.ContextReference{Identifier: k.identifier})
					if err != nil && codeOf(err) != badToken { // others may have pushed it out
						t.Error(err)
					}
				}
			}
		})
	}
	callers.Wait()
}
