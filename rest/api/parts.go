package api

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"overgang/rest"
)

// createFromParts reads a multipart body: the part "instance" first, then a
// part for each element, named by its type. Parts stream; nothing is stored
// until the last one has come in whole.
func (s *server) createFromParts(ctx context.Context, in *intake, app *rest.Application, body *multipart.Reader) (rest.NewInstance, error) {
	n, described, err := s.instancePart(ctx, app.ID, body)
	if err != nil {
		return n, err
	}
	for {
		part, err := nextPart(ctx, body)
		if err != nil {
			return n, err
		}
		if part == nil {
			if len(described) > len(in.elements) {
				err = errParts
			}
			return n, err
		}
		if len(in.elements) == s.limits.Elements {
			return n, rest.Errorf(rest.TooLarge, "elements-many", "At most %d data elements at once.", s.limits.Elements)
		}
		t, err := dataType(app, part.FormName())
		if err != nil {
			return n, err
		}
		e := rest.NewElement{Type: t.ID, ContentType: part.Header.Get("Content-Type")}
		if e.FileName, err = fileName(part.Header.Get("Content-Disposition")); err != nil {
			return n, err
		}
		if described != nil {
			if err := describe(&e, described, len(in.elements)); err != nil {
				return n, err
			}
		}
		if err := in.take(ctx, e, part, s.limit(t)); err != nil {
			return n, err
		}
	}
}

// errParts is the error of parts that are described and don't come, or come otherwise.
var errParts = rest.Errorf(rest.Invalid, "multipart-parts", "parts describes the parts of a multipart body behind the first: each of them, by its name, in their order.")

// describe adds what the first part says of the element of the k-th one behind it.
func describe(e *rest.NewElement, parts []NewPart, k int) error {
	if k == len(parts) {
		return errParts
	}
	f, p := form{}, parts[k]
	name := f.either("formId", p.FormId, "dataType", p.DataType)
	if f.err == nil && name != e.Type {
		return errParts
	}
	e.SenderReference, e.Encrypted = p.SendersReference, p.Encrypted
	return f.err
}

// instancePart reads the first part: the instance, and what it says of the parts
// behind it; nil = nothing.
func (s *server) instancePart(ctx context.Context, app rest.AppID, body *multipart.Reader) (rest.NewInstance, []NewPart, error) {
	part, err := nextPart(ctx, body)
	if err != nil {
		return rest.NewInstance{}, nil, err
	}
	if part == nil || part.FormName() != "instance" {
		return rest.NewInstance{}, nil, rest.Errorf(rest.Invalid, "multipart-instance", "The first part is named instance and holds the instance in JSON.")
	}
	if kind := part.Header.Get("Content-Type"); kind != "" && mediaType(kind) != "application/json" {
		return rest.NewInstance{}, nil, rest.Errorf(rest.Unsupported, "content-type", "The part instance has Content-Type application/json.")
	}
	var described NewInstance
	if err := readJSON(http.MaxBytesReader(nil, io.NopCloser(part), s.limits.JSON), &described, s.limits.Depth); err != nil {
		return rest.NewInstance{}, nil, err
	}
	if described.Data != nil {
		return rest.NewInstance{}, nil, rest.Errorf(rest.Invalid, "multipart-data", "In a multipart body the data elements are parts, not the field data.")
	}
	n, err := template(app, &described)
	return n, described.Parts, err
}

// nextPart returns the next part, nil at the end. Parts are taken as they
// come: a transfer encoding other than the identity is refused, not decoded.
func nextPart(ctx context.Context, body *multipart.Reader) (*multipart.Part, error) {
	x := of(ctx)
	part, err := body.NextRawPart()
	var tooLarge *http.MaxBytesError
	switch {
	case err == io.EOF && !x.tail.closed(x.request.Header.Get("Content-Type")):
		return nil, bodyError(io.ErrUnexpectedEOF)
	case err == io.EOF:
		return nil, x.tail.rest()
	case errors.As(err, &tooLarge):
		return nil, err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, bodyError(io.ErrUnexpectedEOF)
	case err != nil:
		return nil, &rest.Error{Kind: rest.Invalid, Code: "multipart-malformed", Detail: "The multipart body is malformed, or ended before its last boundary.", Err: err}
	}
	switch coding := part.Header.Get("Content-Transfer-Encoding"); strings.ToLower(coding) {
	case "", "binary", "8bit", "7bit":
		return part, nil
	}
	return nil, rest.Errorf(rest.Unsupported, "transfer-encoding", "Send parts as they are, without Content-Transfer-Encoding.")
}
