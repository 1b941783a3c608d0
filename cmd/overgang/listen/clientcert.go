package listen

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

type certificateKey struct{}

func withCertificate(ctx context.Context, cert *x509.Certificate) context.Context {
	return context.WithValue(ctx, certificateKey{}, cert)
}

// ClientCertificate is the certificate that the client proved to hold when it
// opened the connection, to us or to a trusted proxy; nil = none. Who issued it,
// and to whom, is not checked.
func ClientCertificate(r *http.Request) *x509.Certificate {
	if cert, ok := r.Context().Value(certificateKey{}).(*x509.Certificate); ok {
		return cert
	}
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		return r.TLS.PeerCertificates[0]
	}
	return nil
}

// readCertificate reads a proxy's header. Its form tells itself: RFC 9440
// (":base64 of DER:"), Envoy's X-Forwarded-Client-Cert (its Cert), PEM encoded
// as in an address (nginx, Apache), or base64 of DER alone (HAProxy, Traefik).
// An empty header is a client without a certificate; several values are an
// error, for the client may have sent the first.
func readCertificate(values []string) (*x509.Certificate, error) {
	if len(values) == 0 || len(values) == 1 && strings.TrimSpace(values[0]) == "" {
		return nil, nil
	}
	if len(values) > 1 {
		return nil, errors.New("the certificate header is there more than once")
	}
	value := strings.TrimSpace(values[0])
	switch {
	case strings.HasPrefix(value, ":"):
		body, ended := strings.CutSuffix(value[1:], ":")
		if !ended {
			return nil, errors.New("no byte sequence as in RFC 9440")
		}
		return fromBase64(body)
	case isEnvoy(value):
		var err error
		if value, err = envoyCertificate(value); value == "" || err != nil {
			return nil, err
		}
	}
	text, err := url.PathUnescape(value) // base64's plus stays one
	if err != nil {
		return nil, err
	}
	if !strings.Contains(text, "-----BEGIN") {
		return fromBase64(text)
	}
	text = spaces.Replace(text)
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("no certificate in PEM form")
	}
	return x509.ParseCertificate(block.Bytes)
}

// spaces are what an encoder for forms makes of the spaces in PEM's markers.
var spaces = strings.NewReplacer("BEGIN+CERTIFICATE", "BEGIN CERTIFICATE", "END+CERTIFICATE", "END CERTIFICATE")

func fromBase64(text string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// envoyKeys begin an element of X-Forwarded-Client-Cert, as Envoy documents it.
var envoyKeys = []string{"by=", "hash=", "cert=", "chain=", "subject=", "uri=", "dns="}

func isEnvoy(value string) bool {
	for _, key := range envoyKeys {
		if len(value) > len(key) && strings.EqualFold(value[:len(key)], key) {
			return true
		}
	}
	return false
}

// envoyCertificate is the Cert of the only element; "" when it has none.
func envoyCertificate(value string) (string, error) {
	if len(cut(value, ',')) > 1 {
		return "", errors.New("several clients in X-Forwarded-Client-Cert: have the proxy replace the header, not append to it")
	}
	found := ""
	for _, pair := range cut(value, ';') {
		name, text, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if !strings.EqualFold(name, "cert") {
			continue
		}
		if found != "" {
			return "", errors.New("two certificates of one client in X-Forwarded-Client-Cert")
		}
		found = unquote(text)
	}
	return found, nil
}
