package wss

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

// Limits of one Security header.
const (
	mostSignatures = 2
	mostReferences = 16 // of one signature
	mostTokens     = 8  // binary, context and derived key tokens
)

// Message is the head of a message, in one tree.
type Message struct {
	// Header is the SOAP Header element.
	Header *c14n.Node
	// Security are the Security blocks that are addressed to this node,
	// children of Header.
	Security []*c14n.Node
}

// parts are the children of a Security header.
type parts struct {
	timestamp, username *c14n.Node
	tokens, signatures  []*c14n.Node
}

// Verify checks a message against a policy. An error that is not an [*Error]
// is a failure of what the Verifier was given.
func (v *Verifier) Verify(ctx context.Context, m Message, p Policy) (*Verified, error) {
	switch len(m.Security) {
	case 0:
		if p.Username || p.Signature != 0 || p.Timestamp {
			return nil, refuse(InvalidSecurity, "no Security header")
		}
		return &Verified{}, nil
	case 1:
	default:
		return nil, refuse(InvalidSecurity, "%d Security headers", len(m.Security))
	}
	header := m.Security[0]
	if m.Header == nil || header.Name != SecurityName || header.Parent != m.Header {
		return nil, refuse(InvalidSecurity, "the Security header is not a header block")
	}
	found, err := partsOf(header)
	if err != nil {
		return nil, err
	}
	if err := found.fits(p); err != nil {
		return nil, err
	}
	ids, err := newIndex(m.Header)
	if err != nil {
		return nil, err
	}
	w := &work{Verifier: v, ctx: ctx, message: m, security: header, policy: p, parts: found, ids: ids, now: v.Now()}
	if err := w.run(); err != nil {
		return nil, err
	}
	return &w.out, nil
}

// partsOf reads what a Security header holds. What is not known is refused, the
// encrypted above all.
func partsOf(header *c14n.Node) (*parts, error) {
	var p parts
	c := within(header)
	for n := c.peek(); n != nil; n = c.peek() {
		c.next = n.Next
		switch n.Name {
		case timestamp:
			if p.timestamp != nil {
				return nil, refuse(InvalidSecurity, "two Timestamps")
			}
			p.timestamp = n
		case usernameToken:
			if p.username != nil {
				return nil, refuse(InvalidSecurity, "two UsernameTokens")
			}
			p.username = n
		case signature:
			if len(p.signatures) == mostSignatures {
				return nil, refuse(InvalidSecurity, "more than %d signatures", mostSignatures)
			}
			p.signatures = append(p.signatures, n)
		case binaryToken, contextToken, derivedToken:
			if len(p.tokens) == mostTokens {
				return nil, refuse(InvalidSecurity, "more than %d tokens", mostTokens)
			}
			p.tokens = append(p.tokens, n)
		default:
			if n.Name.Space == SignatureSpace || n.Name.Space == EncryptionSpace {
				return nil, refuse(InvalidSecurity, "the Security header holds <%.40s>", n.Name.Local)
			}
			return nil, refuse(UnsupportedSecurityToken, "the Security header holds <%.40s>", n.Name.Local)
		}
	}
	if c.text {
		return nil, refuse(InvalidSecurity, "the Security header holds text")
	}
	return &p, nil
}

// fits compares what there is with what must be there.
func (p *parts) fits(policy Policy) error {
	switch {
	case p.timestamp == nil && (policy.Timestamp || policy.Signature != 0):
		return refuse(InvalidSecurity, "no Timestamp")
	case p.username == nil && policy.Username:
		return refuse(InvalidSecurity, "no UsernameToken")
	case p.username != nil && !policy.Username:
		return refuse(InvalidSecurity, "a UsernameToken where none is asked for")
	case len(p.signatures) == 0 && policy.Signature != 0:
		return refuse(InvalidSecurity, "no Signature")
	case len(p.signatures) > 0 && policy.Signature == 0:
		return refuse(InvalidSecurity, "a Signature where none is asked for")
	case len(p.tokens) > 0 && policy.Signature == 0:
		return refuse(InvalidSecurity, "a token of a key where no signature is asked for")
	}
	return nil
}

// work is one verification.
type work struct {
	*Verifier
	ctx      context.Context
	message  Message
	security *c14n.Node
	policy   Policy
	*parts
	ids    *index
	now    time.Time
	buffer []byte // canonical XML
	out    Verified
}

func (w *work) run() error {
	var err error
	if w.parts.timestamp != nil {
		if w.out.Timestamp, err = w.Verifier.timestamp(w.parts.timestamp, w.now); err != nil {
			return err
		}
	}
	var user *userToken
	if w.parts.username != nil {
		if user, err = w.Verifier.username(w.parts.username, w.policy, w.now); err != nil {
			return err
		}
		w.out.Username = &user.Username
	}
	var missing error
	for i, n := range w.signatures {
		covered, err := w.signature(n)
		if err != nil {
			return err
		}
		if !slices.Contains(covered, w.parts.timestamp) {
			// It could be of another message.
			return refuse(InvalidSecurity, "the Timestamp is not signed")
		}
		if i == 0 || missing != nil {
			missing = w.suffices(covered)
		}
		w.out.Signed = append(w.out.Signed, covered...)
	}
	if missing != nil {
		return missing
	}
	return w.replayed(user)
}

// suffices says whether one signature covers all header blocks that the policy
// wants signed. They are found by where they stand, then compared with what the
// references led to: so nothing else can stand in for one.
func (w *work) suffices(covered []*c14n.Node) error {
	for _, name := range w.policy.Signed {
		part, err := w.block(name)
		if err != nil {
			return err
		}
		if !slices.Contains(covered, part) {
			return refuse(InvalidSecurity, "the header %.40s is not signed", name.Local)
		}
	}
	return nil
}

// block is the one header block of that name.
func (w *work) block(name xmltok.Name) (*c14n.Node, error) {
	var block *c14n.Node
	for n := range w.message.Header.Elements() {
		switch {
		case n.Name != name:
		case block != nil:
			return nil, refuse(InvalidSecurity, "two headers %.40s", name.Local)
		default:
			block = n
		}
	}
	if block == nil {
		return nil, refuse(InvalidSecurity, "no header %.40s", name.Local)
	}
	return block, nil
}

// repeats is what tells the message from others that have the same signature
// and may; "" = none may.
func (w *work) repeats() string {
	if w.Repeats == (xmltok.Name{}) || w.out.Context == nil || w.out.Timestamp.Created.Nanosecond() != 0 {
		return ""
	}
	block, err := w.block(w.Repeats)
	if err != nil {
		return ""
	}
	text, _ := block.Value()
	return text
}

// replayed remembers the signatures and the nonce, and refuses those that were
// there before. All else has been checked: what is refused is not remembered.
func (w *work) replayed(user *userToken) error {
	for _, value := range w.out.Signatures {
		until, message := w.out.Timestamp.Expires.Add(w.Skew), w.repeats()
		// The decoded value: neither white space nor prefixes elsewhere make it new.
		seen, err := w.Replays.Seen(w.ctx, SignatureReplay, sha256.Sum256(value), until)
		if err == nil && message != "" {
			// Remembered beside the signature alone: without the header block, too, it is a repetition.
			seen, err = w.Replays.Seen(w.ctx, SignatureReplay, sha256.Sum256(slices.Concat(value, []byte(message))), until)
		}
		if err != nil {
			return err
		}
		if seen {
			return refuse(InvalidSecurity, "a signature is used again")
		}
	}
	if user == nil || user.until.IsZero() {
		return nil
	}
	seen, err := w.Replays.Seen(w.ctx, NonceReplay, user.replay, user.until)
	if err != nil {
		return err
	}
	if seen {
		return refuse(FailedAuthentication, "a nonce is used again")
	}
	return nil
}
