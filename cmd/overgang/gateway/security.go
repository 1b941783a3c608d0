package gateway

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"overgang/adapter/credential"
	"overgang/cmd/overgang/observe"
	"overgang/cmd/overgang/trust"
	"overgang/soap"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

// openTrust opens what knows the registered certificates and judges them.
func (g *Gateway) openTrust(ctx context.Context) (err error) {
	g.trust, err = trust.Open(ctx, trust.Options{
		Settings: g.config.Security.Trust, Store: g.storage.Store, Dir: filepath.Join(g.storage.Dir, "revocation"), Now: g.now, Logger: g.log,
		Supervisor: g.supervisor,
	})
	if err != nil {
		return fmt.Errorf("trust in certificates: %w", err)
	}
	return nil
}

// newSecurity makes what the endpoints of the flavours WS and EC2 check their
// messages with.
func (g *Gateway) newSecurity() (*soap.Security, error) {
	s := g.config.Security
	replays, err := wss.NewMemory(g.now, s.Replays)
	if err != nil {
		return nil, err
	}
	observe.WatchReplays(g.figures, "signature", func() (int, int64) { return replays.Held(wss.SignatureReplay), replays.Dropped(wss.SignatureReplay) })
	observe.WatchReplays(g.figures, "nonce", func() (int, int64) { return replays.Held(wss.NonceReplay), replays.Dropped(wss.NonceReplay) })
	if g.ring, err = openKeyRing(s, g.storage.Secret, g.log); err != nil {
		return nil, fmt.Errorf("key ring: %w", err)
	}
	tokens, err := wssc.New(wssc.Config{
		Now: g.now, Ring: g.ring.current, Lifetime: s.TokenLifetime, Grace: s.TokenRenewal, Skew: s.ClockSkew, Requests: s.TokenRequests,
	})
	if err != nil {
		return nil, err
	}
	g.ring.user = tokens
	var repeats xmltok.Name
	if s.RepeatedSignatures {
		repeats = soap.MessageID
	}
	return &soap.Security{
		Verify: wss.Config{
			Skew: s.ClockSkew, Freshness: s.Freshness, Lifetime: s.TimestampLifetime, Replays: replays, Repeats: repeats,
			Certificates: g.trust, Trust: g.trust,
		},
		Login: credential.Login(g.core), Tokens: tokens, Confirm: s.SignatureConfirmation, Lifetime: answersLive,
	}, nil
}

// answersLive is the life of answers' Timestamps (contracts, "Policies per
// flavour").
const answersLive = 5 * time.Minute
