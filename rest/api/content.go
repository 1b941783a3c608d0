package api

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"unicode/utf8"

	"overgang/rest"
)

// Receive streams a request's body into the core, at most most bytes of it, and
// compares it with the digests that the client sent. Nothing is left of what is
// refused.
func Receive(ctx context.Context, uploads rest.Uploads, body io.Reader, most int64) (rest.Content, error) {
	r := of(ctx).request
	if r.ContentLength > most {
		return rest.Content{}, rest.Errorf(rest.TooLarge, "content-too-large", "The content has at most %d bytes.", most)
	}
	content, err := take(ctx, uploads, body, most)
	if err != nil {
		return content, err
	}
	if err := checkDigest(r.Header, content); err != nil {
		uploads.Discard(ctx, content)
		return rest.Content{}, err
	}
	return content, nil
}

// take takes one content in.
func take(ctx context.Context, uploads rest.Uploads, body io.Reader, most int64) (rest.Content, error) {
	in := &intake{core: uploads}
	defer in.abort()
	if err := in.take(ctx, rest.NewElement{}, body, most); err != nil {
		return rest.Content{}, err
	}
	elements, err := in.commit(ctx)
	if err != nil {
		return rest.Content{}, err
	}
	return elements[0].Content, nil
}

// FileName reads the file name from a Content-Disposition header; "" = none.
// The core sanitises it.
func FileName(header string) (string, error) { return fileName(header) }

// Part is one part of a multipart body.
type Part struct {
	Name        string
	FileName    string
	ContentType string
	part        *multipart.Part
}

// Parts reads a multipart body part by part. The operation is one of
// [Routes].Multipart.
type Parts struct {
	face *Face
	body *multipart.Reader
}

// Parts are those of a body.
func (f *Face) Parts(body *multipart.Reader) *Parts { return &Parts{f, body} }

// Next is the next part; nil = there is none.
func (p *Parts) Next(ctx context.Context) (*Part, error) {
	part, err := nextPart(ctx, p.body)
	if err != nil || part == nil {
		return nil, err
	}
	out := &Part{Name: part.FormName(), ContentType: part.Header.Get("Content-Type"), part: part}
	out.FileName, err = fileName(part.Header.Get("Content-Disposition"))
	return out, err
}

// JSON reads the part as JSON, as strictly as a body.
func (p *Parts) JSON(part *Part, into any) error {
	if part.ContentType != "" && mediaType(part.ContentType) != "application/json" {
		return rest.Errorf(rest.Unsupported, "content-type", "The part %s has Content-Type application/json.", clip(part.Name))
	}
	l := p.face.s.limits
	return readJSON(http.MaxBytesReader(nil, io.NopCloser(part.part), l.JSON), into, l.Depth)
}

// Text reads the part as a form's field.
func (p *Parts) Text(part *Part) (string, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, io.NopCloser(part.part), longestField))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return "", rest.Errorf(rest.TooLarge, "content-too-large", "The field %s has at most %d bytes.", clip(part.Name), longestField)
	case err != nil:
		return "", bodyError(err)
	case !utf8.Valid(text):
		return "", rest.Errorf(rest.Invalid, "multipart-malformed", "The field %s is not UTF-8.", clip(part.Name))
	}
	return string(text), nil
}

// longestField is the most that a form's field holds, in bytes.
const longestField = 64 << 10

// Stream hands the part's content on.
func (p *Parts) Stream(to io.Writer, part *Part) (int64, error) { return Stream(to, part.part) }

// Receive streams the part into the core, at most most bytes of it.
func (p *Parts) Receive(ctx context.Context, uploads rest.Uploads, part *Part, most int64) (rest.Content, error) {
	return take(ctx, uploads, part.part, most)
}

// File is content to be downloaded: whole, a range of it, or 304. Only one of
// File and its error is to be used.
type File struct{ d *download }

// NewFile opens a download of what the core opened. bytes is closed by Write,
// or here when the request asks for something else. done, if not nil, is run
// once the last byte of the whole has gone out.
func NewFile(ctx context.Context, bytes io.ReadSeekCloser, content rest.Content, name, contentType string, done func() error) (*File, error) {
	x := of(ctx)
	e := &rest.Element{FileName: name, ContentType: contentType, Content: content}
	d := &download{ctx: ctx, head: x.head, element: e, etag: contentTag(e), content: bytes, done: done}
	refuse := func(err error) (*File, error) {
		_ = bytes.Close() // nothing was read from it
		return nil, err
	}
	header := x.request.Header.Get("If-Match")
	ok, err := ifMatch(header, d.etag)
	if _, err := named(header, ok, err, 1, "content"); err != nil {
		return refuse(err)
	}
	if noneMatch(x.request.Header, d.etag) {
		d.same = true
		return &File{d}, nil
	}
	if d.part, err = wantedRange(x.request.Header, d.etag, content.Size); err != nil {
		return refuse(err)
	}
	return &File{d}, nil
}

// Write sends the content.
func (f *File) Write(w http.ResponseWriter) error {
	if f.d.same {
		if err := f.d.content.Close(); err != nil {
			return err
		}
		return reply{status: http.StatusNotModified, etag: f.d.etag}.write(w)
	}
	return f.d.write(w)
}
