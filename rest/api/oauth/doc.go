// Package oauth is the token endpoint, where an enterprise user gets a bearer
// token for a JWT that its certificate's key signed (RFC 7523 §2.1), and the
// metadata that say where it is (RFC 8414).
//
// It owns what an assertion must be and what a refusal tells: what the caller
// sees for itself is told in words; what depends on who is registered here, and
// on which authorities are trusted, is one answer. It knows neither how
// certificates are judged nor who is who: that is asked.
package oauth
