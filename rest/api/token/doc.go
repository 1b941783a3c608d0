// Package token issues and verifies the bearer tokens of the embedded issuer:
// signed JWTs (RFC 7519) that say who calls the HTTP API and what for.
//
// A token names a person (claim party), an application owner (claim org and the
// scope serviceowner) or an enterprise user (claim enterprise), and no two. The signature algorithm is pinned by
// the key: EdDSA for Ed25519, ES256 for P-256; a token that names another one
// is refused before its signature is looked at.
package token
