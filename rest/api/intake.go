package api

import (
	"context"
	"io"

	"overgang/rest"
)

// intake takes the content of a request in, all or nothing: what is not
// committed when the request ends is dropped by abort.
type intake struct {
	core     rest.Uploads
	uploads  []rest.Upload
	elements []rest.NewElement
}

// abort drops what was not committed. It is deferred.
func (in *intake) abort() {
	for _, u := range in.uploads {
		u.Abort()
	}
}

// take streams one element's content in, at most max bytes of it.
func (in *intake) take(ctx context.Context, e rest.NewElement, content io.Reader, max int64) error {
	upload, err := in.core.Upload(ctx, rest.UploadOptions{MaxSize: max})
	if err != nil {
		return err
	}
	in.uploads = append(in.uploads, upload)
	source := &source{reader: content}
	n, err := io.Copy(upload, source)
	switch {
	case source.failed != nil:
		return bodyError(source.failed)
	case err != nil:
		return err
	case n == 0:
		return rest.Errorf(rest.Invalid, "content-empty", "The data element %q has no content.", clip(e.Type))
	}
	in.elements = append(in.elements, e)
	return upload.Settle()
}

// commit makes everything durable, or leaves nothing, and returns the elements
// with their content.
func (in *intake) commit(ctx context.Context) ([]rest.NewElement, error) {
	for k, u := range in.uploads {
		content, err := u.Commit()
		if err != nil {
			for _, e := range in.elements[:k] {
				in.core.Discard(ctx, e.Content)
			}
			return nil, err
		}
		in.elements[k].Content = content
	}
	return in.elements, nil
}

// source tells a client that stops sending from a store that stops taking.
type source struct {
	reader io.Reader
	failed error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.reader.Read(p)
	if err != nil && err != io.EOF {
		s.failed = err
	}
	return n, err
}

// limit is the largest size of an element of the type, in bytes.
func (s *server) limit(t *rest.DataType) int64 {
	if t.MaxSize > 0 {
		return t.MaxSize
	}
	return s.limits.Element
}

// dataType returns the application's type that the client names.
func dataType(app *rest.Application, id string) (*rest.DataType, error) {
	if id == "" {
		return nil, rest.Errorf(rest.Invalid, "type-missing", "Name the element's type with formId. %s", typeNames(app))
	}
	if t := app.Type(id); t != nil {
		return t, nil
	}
	return nil, rest.Errorf(rest.Invalid, "type-unknown", "The application has no data type %q. %s", clip(id), typeNames(app))
}

func typeNames(app *rest.Application) string {
	names := map[string]bool{}
	for _, t := range app.DataTypes {
		names[t.ID] = true
	}
	return allowedNames(names)
}
