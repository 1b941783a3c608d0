package core

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"

	"overgang/rest"
	"overgang/store"
)

// maxServiceCertificates is how many certificates one service has at most.
const maxServiceCertificates = 20

// ServiceCertificate reads a certificate that forms are to be encrypted for: one
// certificate, DER or PEM. It may have expired, as those of old files have.
func ServiceCertificate(file []byte, label string) (rest.ServiceCertificate, error) {
	der, err := certificateDER(file)
	if err != nil {
		return rest.ServiceCertificate{}, err
	}
	c := rest.ServiceCertificate{DER: der, Label: cleanLine(label, maxLabel)}
	cert, err := encryptsFor(&c)
	if err != nil {
		return rest.ServiceCertificate{}, rest.Errorf(rest.Invalid, "certificate", "%s", capital(err))
	}
	c.ValidFrom, c.ValidTo = cert.NotBefore.UTC(), cert.NotAfter.UTC()
	return c, nil
}

func capital(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// encryptsFor says why keys cannot be encrypted with the certificate.
func encryptsFor(c *rest.ServiceCertificate) (*x509.Certificate, error) {
	cert, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return nil, fmt.Errorf("the file holds no X.509 certificate: %v", err)
	}
	key, isRSA := cert.PublicKey.(*rsa.PublicKey)
	switch {
	case !isRSA:
		return nil, errors.New("the certificate's key is not RSA: senders encrypt their keys with RSA")
	case key.N.BitLen() < smallestKey:
		return nil, fmt.Errorf("the certificate's key has %d bits: it needs %d at least", key.N.BitLen(), smallestKey)
	case cert.KeyUsage != 0 && cert.KeyUsage&(x509.KeyUsageKeyEncipherment|x509.KeyUsageDataEncipherment) == 0:
		return nil, errors.New("the certificate is not for encryption")
	}
	return cert, nil
}

// checkServiceCertificates says what is wrong with an application's certificates.
func checkServiceCertificates(app *rest.Application) error {
	if len(app.Certificates) > maxServiceCertificates {
		return fmt.Errorf("it has %d certificates: %d are allowed", len(app.Certificates), maxServiceCertificates)
	}
	numbers := map[int32]bool{}
	for i := range app.Certificates {
		c := &app.Certificates[i]
		cert, err := encryptsFor(c)
		switch {
		case err != nil:
			return fmt.Errorf("certificate %d: %w", i+1, err)
		case !cert.NotBefore.Equal(c.ValidFrom) || !cert.NotAfter.Equal(c.ValidTo):
			return fmt.Errorf("certificate %d: its validity is not the certificate's", i+1)
		case numbers[c.Number()]:
			return fmt.Errorf("certificate %d is there twice", i+1)
		}
		numbers[c.Number()] = true
	}
	return nil
}

// keepCertificates adds to the application the certificates that it has in the
// store and that it does not bring itself. They are taken away one by one.
func keepCertificates(tx store.Tx, app *rest.Application) error {
	had, err := tx.Application(app.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	list := had.Certificates
	for _, c := range app.Certificates {
		if i := indexOfCertificate(list, c); i >= 0 {
			list[i] = c // the label may be new
		} else {
			list = append(list, c)
		}
	}
	app.Certificates = list
	if len(list) > maxServiceCertificates {
		return rest.Errorf(rest.Conflict, "certificate", "%s would have %d certificates, %d are allowed: remove one.", app.ID, len(list), maxServiceCertificates)
	}
	return nil
}

func indexOfCertificate(list []rest.ServiceCertificate, c rest.ServiceCertificate) int {
	return slices.IndexFunc(list, func(h rest.ServiceCertificate) bool { return bytes.Equal(h.DER, c.DER) })
}

// AddServiceCertificate adds a certificate to a service's. One that it has
// already gets the new label.
func (a *Admin) AddServiceCertificate(ctx context.Context, ref rest.ServiceRef, c rest.ServiceCertificate) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		app, err := tx.ApplicationByService(ref)
		if err != nil {
			return err
		}
		app.Certificates = []rest.ServiceCertificate{c}
		if err := keepCertificates(tx, app); err != nil {
			return err
		}
		return tx.PutApplication(app)
	})
}

// RemoveServiceCertificate takes a service's certificate away, named by its
// thumbprint in hexadecimal or as much of its beginning as tells it from the others.
func (a *Admin) RemoveServiceCertificate(ctx context.Context, ref rest.ServiceRef, thumbprint string) error {
	which, err := thumbprintPart(thumbprint)
	if err != nil {
		return err
	}
	return a.Apply(ctx, func(tx store.Tx) error {
		app, err := tx.ApplicationByService(ref)
		if err != nil {
			return err
		}
		before := len(app.Certificates)
		app.Certificates = slices.DeleteFunc(app.Certificates, func(c rest.ServiceCertificate) bool {
			return strings.HasPrefix(rest.ThumbprintOf(c.DER).String(), which)
		})
		switch before - len(app.Certificates) {
		case 0:
			return store.ErrNotFound
		case 1:
			return tx.PutApplication(app)
		}
		return rest.Errorf(rest.Conflict, "certificate", "Several certificates begin like that: write more of the thumbprint.")
	})
}
