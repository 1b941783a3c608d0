package api

import (
	"encoding/hex"
	"io"
	"net/http"
	"slices"

	"overgang/rest"
)

// Stream copies a request's body to where it is taken in. Its error tells a
// client that stops sending from a receiver that stops taking; n bytes were
// taken in any case.
func Stream(to io.Writer, body io.Reader) (n int64, err error) {
	from := &source{reader: body}
	n, err = io.Copy(to, from)
	if from.failed != nil {
		return n, bodyError(from.failed)
	}
	return n, err
}

// SentDigest is the SHA-256 in hexadecimal that a client sent along with its
// content, in any of the headers of [checkDigest]; "" = none.
func SentDigest(h http.Header) (string, error) {
	sums, err := sentDigests(h)
	if err != nil || len(sums) == 0 {
		return "", err
	}
	if slices.ContainsFunc(sums, func(s digest) bool { return s.sum != sums[0].sum }) {
		return "", rest.Errorf(rest.Invalid, "digest-mismatch", "The digests that were sent differ from each other.")
	}
	return hex.EncodeToString(sums[0].sum[:]), nil
}
