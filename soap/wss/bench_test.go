package wss_test

import (
	"context"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

// forgetful lets every message through, so that one can be measured.
type forgetful struct{}

func (forgetful) Seen(context.Context, wss.ReplayKind, [32]byte, time.Time) (bool, error) {
	return false, nil
}

// BenchmarkVerify verifies messages that WSS4J made, from the tree on, and
// BenchmarkParse reads them.
func BenchmarkVerify(b *testing.B) {
	for _, name := range []string{"context-sha1", "derived-sha1", "certificate-thumbprint-sha1", "certificate-direct-sha256", "user-text-nonce"} {
		b.Run(name, func(b *testing.B) {
			f := found(b, "wss4j/"+name)
			s := newStack(b, f.made)
			s.Replays = forgetful{}
			m, err := parse(b, f.message)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Verify(context.Background(), m, policies[f.policy]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	f := found(b, "wss4j/context-sha1")
	p, message := c14n.NewParser(xmltok.NewVocabulary(wss.Words()...)), []byte(f.message)
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Parse(message, xmltok.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMemory(b *testing.B) {
	now := noon
	m, err := wss.NewMemory(func() time.Time { return now }, 100_000)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		var key [32]byte
		key[0], key[1], key[2], key[3] = byte(i), byte(i>>8), byte(i>>16), byte(i>>24)
		if _, err := m.Seen(context.Background(), wss.SignatureReplay, key, now.Add(time.Duration(i%300)*time.Second)); err != nil {
			b.Fatal(err)
		}
	}
}
