package core

import (
	"context"
	"io"
	"strings"

	"overgang/rest"
	"overgang/rest/core/xsdform"
)

// ofCharacters ends the content type of a form that is known to be in UTF-8.
const ofCharacters = "; charset=utf-8"

// charset notes on a form that came as characters, and declares another
// encoding, that its bytes are UTF-8: a content type's charset outranks the
// declaration, for validation here and for whoever downloads the form (RFC 7303 §3).
func (c *Core) charset(ctx context.Context, n rest.NewElement, e *rest.Element) error {
	if !n.Characters || !e.Form || strings.Contains(e.ContentType, ";") {
		return nil
	}
	r, err := c.open(ctx, e.Content)
	if err != nil {
		return err
	}
	defer r.Close()
	other, err := xsdform.Misdeclared(r)
	if other {
		e.ContentType += ofCharacters
	}
	return failure(err)
}

// document opens a form's data as XML to be read. Its error is of the disk.
func (c *Core) document(ctx context.Context, e rest.Element) (io.Reader, io.Closer, error) {
	file, err := c.open(ctx, e.Content)
	if err != nil {
		return nil, nil, err
	}
	if !strings.HasSuffix(e.ContentType, ofCharacters) {
		return file, file, nil
	}
	r, err := xsdform.Characters(file)
	if err != nil {
		file.Close()
		return nil, nil, failure(err)
	}
	return r, file, nil
}
