package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"overgang/rest"
)

// checkDigest compares what came in with the digests that the client sent:
// Content-Digest or Repr-Digest (RFC 9530), or the older Digest (RFC 3230).
// Algorithms other than SHA-256 are ignored, as RFC 9530 §2 allows.
func checkDigest(h http.Header, content rest.Content) error {
	sums, err := sentDigests(h)
	if err != nil {
		return err
	}
	for _, s := range sums {
		if s.sum != content.SHA256 {
			return rest.Errorf(rest.Invalid, "digest-mismatch", "The content that arrived has another digest than %s says.", s.header)
		}
	}
	return nil
}

// digest is one that a client sent.
type digest struct {
	header string
	sum    [sha256.Size]byte
}

// sentDigests are those that a client sent.
func sentDigests(h http.Header) (sums []digest, err error) {
	for _, name := range []string{"Content-Digest", "Repr-Digest", "Digest"} {
		for _, entry := range strings.Split(strings.Join(h.Values(name), ","), ",") {
			algorithm, value, _ := strings.Cut(strings.TrimSpace(entry), "=")
			if !strings.EqualFold(algorithm, "sha-256") {
				continue
			}
			sum, err := base64.StdEncoding.DecodeString(strings.Trim(value, ":"))
			if err != nil || len(sum) != sha256.Size {
				return nil, rest.Errorf(rest.Invalid, "digest-malformed", "%s: sha-256 wants 32 bytes in base64.", name)
			}
			sums = append(sums, digest{name, [sha256.Size]byte(sum)})
		}
	}
	return sums, nil
}

// setDigests tells the digests of a download. whole = the answer holds the
// element's whole content; a part's own digest isn't known beforehand.
func setDigests(h http.Header, content rest.Content, whole bool) {
	sum := base64.StdEncoding.EncodeToString(content.SHA256[:])
	h.Set("Digest", "sha-256="+sum)
	h.Set("Repr-Digest", "sha-256=:"+sum+":")
	if whole {
		h.Set("Content-Digest", "sha-256=:"+sum+":")
	}
}
