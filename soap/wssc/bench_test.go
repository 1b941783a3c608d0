package wssc_test

import (
	"context"
	"testing"
	"time"

	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// forgetful lets every message through, so that one can be measured.
type forgetful struct{}

func (forgetful) Seen(_ context.Context, _ wss.ReplayKind, _ [32]byte, _ time.Time) (bool, error) {
	return false, nil
}

// BenchmarkAnswer answers token requests, from the tree on.
func BenchmarkAnswer(b *testing.B) {
	for _, kind := range []wssc.Kind{wssc.Issue, wssc.Renew} {
		b.Run(kind.String(), func(b *testing.B) {
			g := newGateway(b, wssc.Config{Requests: 1 << 40}, site)
			request := issueRequest
			if kind == wssc.Renew {
				request = rst(kind, `<t:RenewTarget>`+g.issue(b).xml()+`</t:RenewTarget>`+entropyOf(clientEntropy))
			}
			body := parse(b, request)
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				r, err := g.Answer(ctx, kind, body, wssc.Caller{Certificate: owner})
				if err != nil {
					b.Fatal(err)
				}
				out = r.Append(out[:0])
			}
		})
	}
}

// BenchmarkContext finds the key of a call: of the token, by reference, derived.
func BenchmarkContext(b *testing.B) {
	g := newGateway(b, wssc.Config{}, site)
	k := g.issue(b)
	attached := k.which(b)
	derived := attached
	derived.Derived = parse(b, derivedToken(dk("Nonce", "AAAAAAAAAAAAAAAAAAAAAA==")+dk("Length", 20)))
	farthest := attached
	farthest.Derived = parse(b, derivedToken(dk("Nonce", "AAAAAAAAAAAAAAAAAAAAAA==")+dk("Offset", 1024)+dk("Length", 64)))
	for _, bench := range []struct {
		name  string
		which wss.ContextReference
	}{{"token", attached}, {"reference", wss.ContextReference{Identifier: k.identifier}}, {"derived", derived}, {"derived-farthest", farthest}} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := g.Context(ctx, bench.which); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCall verifies calls that WSS4J signed, from the tree on.
func BenchmarkCall(b *testing.B) {
	for _, name := range []string{"issue-attached", "issue-attached-sha256", "issue-derived"} {
		b.Run(name, func(b *testing.B) {
			g := newGateway(b, wssc.Config{}, site)
			message := file(b, "calls", name+".xml")
			if err := verify(b, g, message); err != nil { // sets the clock
				b.Fatal(err)
			}
			v := verifier(b, g)
			v.Replays = forgetful{}
			m := head(parse(b, message))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(ctx, m, wss.Policy{Signature: wss.ContextKey}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
