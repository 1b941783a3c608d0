package wss

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/subtle"
	"strings"

	"overgang/soap/c14n"
)

// signatureParts are the children of a Signature.
type signatureParts struct {
	info, key  *c14n.Node
	value      []byte
	canonical  c14n.Options // of SignedInfo
	method     signing
	references []signedPart
}

// signedPart is a Reference.
type signedPart struct {
	node      *c14n.Node
	canonical c14n.Options
	method    string
	digest    []byte
}

// signature verifies one Signature and returns what it covers.
func (w *work) signature(n *c14n.Node) ([]*c14n.Node, error) {
	s, err := w.read(n)
	if err != nil {
		return nil, err
	}
	if w.policy.Signature&s.method.key == 0 {
		return nil, refuse(InvalidSecurity, "a signature with another kind of key than asked for")
	}
	if err := w.checkValue(s); err != nil {
		return nil, err
	}
	covered := make([]*c14n.Node, 0, len(s.references))
	for _, r := range s.references {
		hash := digests[r.method].New()
		w.buffer = c14n.Append(w.buffer[:0], r.node, r.canonical)
		hash.Write(w.buffer)
		if subtle.ConstantTimeCompare(hash.Sum(nil), r.digest) != 1 {
			return nil, refuse(FailedCheck, "the digest of <%.40s> differs", r.node.Name.Local)
		}
		covered = append(covered, r.node)
	}
	w.out.Signatures = append(w.out.Signatures, s.value)
	return covered, nil
}

// checkValue finds the key and checks the signature's value.
func (w *work) checkValue(s *signatureParts) error {
	w.buffer = c14n.Append(w.buffer[:0], s.info, s.canonical)
	if s.method.key == ContextKey {
		found, err := w.context(s.key)
		if err != nil {
			return err
		}
		mac := hmac.New(s.method.hash.New, found.Key)
		mac.Write(w.buffer)
		if !hmac.Equal(mac.Sum(nil), s.value) {
			return refuse(FailedCheck, "the signature by the context's key is wrong")
		}
		if w.out.Context != nil && w.out.Context.Identifier != found.Identifier {
			return refuse(InvalidSecurity, "signatures of two security contexts")
		}
		w.out.Context = found
		return nil
	}
	cert, err := w.certificate(s.key)
	if err != nil {
		return err
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return refuse(UnsupportedAlgorithm, "the certificate's key is not RSA")
	}
	hash := s.method.hash.New()
	hash.Write(w.buffer)
	if err := rsa.VerifyPKCS1v15(key, s.method.hash, hash.Sum(nil), s.value); err != nil {
		return refuse(FailedCheck, "the signature by the certificate's key is wrong")
	}
	// Only who has the key gets the work of a chain done.
	if err := w.Trust.Check(w.ctx, cert, w.now); err != nil {
		return &Error{Code: FailedAuthentication, Reason: "the certificate is not trusted", Err: err}
	}
	if w.out.Certificate != nil && !w.out.Certificate.Equal(cert) {
		return refuse(InvalidSecurity, "signatures by two certificates")
	}
	w.out.Certificate = cert
	return nil
}

// read reads a Signature, XML Signature §4.
func (w *work) read(n *c14n.Node) (*signatureParts, error) {
	s := &signatureParts{}
	c := within(n)
	s.info = c.take(signedInfo)
	value, ok := decoded(c.take(signatureValue))
	s.value, s.key = value, c.take(keyInfo)
	if s.info == nil || !ok || s.key == nil || !c.done() {
		return nil, refuse(InvalidSecurity, "the Signature is not a SignedInfo, a SignatureValue and a KeyInfo")
	}
	return s, w.readInfo(s)
}

func (w *work) readInfo(s *signatureParts) error {
	c := within(s.info)
	var err error
	if s.canonical, err = canonicalisation(c.take(canonicalMethod)); err != nil {
		return err
	}
	method := c.take(signatureMethod)
	if method == nil || !empty(method) {
		// HMACOutputLength would be in it: a few bits are no signature (CVE-2009-0217).
		return refuse(InvalidSecurity, "no SignatureMethod, or one with parameters")
	}
	var ok bool
	if s.method, ok = signings[attribute(method, algorithm)]; !ok {
		return refuse(UnsupportedAlgorithm, "the signature method %.80q", attribute(method, algorithm))
	}
	for n := c.take(signedReference); n != nil; n = c.take(signedReference) {
		if len(s.references) == mostReferences {
			return refuse(InvalidSecurity, "more than %d references", mostReferences)
		}
		r, err := w.readReference(n)
		if err != nil {
			return err
		}
		for _, other := range s.references {
			if other.node == r.node {
				return refuse(InvalidSecurity, "two references to one element")
			}
		}
		s.references = append(s.references, r)
	}
	if len(s.references) == 0 || !c.done() {
		return refuse(InvalidSecurity, "the SignedInfo has no Reference, or holds something else")
	}
	return nil
}

// readReference reads a Reference and finds its element: a header block or a
// child of the Security header, by wsu:Id, and nothing else anywhere.
func (w *work) readReference(n *c14n.Node) (r signedPart, err error) {
	c := within(n)
	list, method, digest := c.take(transforms), c.take(digestMethod), c.take(digestValue)
	if list == nil || method == nil || digest == nil || !c.done() {
		return r, refuse(InvalidSecurity, "a Reference is not Transforms, a DigestMethod and a DigestValue")
	}
	only := within(list)
	first := only.take(transform)
	if first == nil || !only.done() {
		return r, refuse(InvalidSecurity, "a Reference has not just one Transform")
	}
	if r.canonical, err = canonicalisation(first); err != nil {
		return r, err
	}
	r.method = attribute(method, algorithm)
	if _, ok := digests[r.method]; !ok {
		return r, refuse(UnsupportedAlgorithm, "the digest method %.80q", r.method)
	}
	var ok bool
	if r.digest, ok = decoded(digest); !ok || !empty(method) {
		return r, refuse(InvalidSecurity, "a DigestValue is not base64, or a DigestMethod has parameters")
	}
	r.node = w.ids.resolve(attribute(n, uri))
	if r.node == nil || r.node == w.security || r.node.Parent != w.message.Header && r.node.Parent != w.security {
		return r, refuse(InvalidSecurity, "a Reference leads to no header block and no child of the Security header")
	}
	return r, nil
}

// canonicalisation reads a CanonicalizationMethod or Transform that must be
// exclusive C14N without comments, Exclusive XML Canonicalization §4.
func canonicalisation(n *c14n.Node) (c14n.Options, error) {
	if n == nil {
		return c14n.Options{}, refuse(InvalidSecurity, "the SignedInfo has no CanonicalizationMethod")
	}
	if name := attribute(n, algorithm); name != exclusive {
		return c14n.Options{}, refuse(UnsupportedAlgorithm, "the transform or canonicalisation %.80q", name)
	}
	c := within(n)
	list := c.take(inclusiveNamespaces)
	if !c.done() || list != nil && !empty(list) {
		return c14n.Options{}, refuse(InvalidSecurity, "a canonicalisation with unknown parameters")
	}
	if list == nil {
		return c14n.Options{}, nil
	}
	return c14n.Options{Inclusive: strings.Fields(attribute(list, prefixList))}, nil
}
