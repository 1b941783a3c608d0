package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"overgang/rest"
)

// download is an element's content on its way out.
type download struct {
	ctx     context.Context
	head    bool
	element *rest.Element
	etag    string
	content io.ReadSeekCloser
	part    *byteRange // nil = the whole
	done    func() error
	same    bool // the client has it already
}

// byteRange is what Range asks for, within the content.
type byteRange struct{ first, last int64 }

// GetAppContent implements [StrictServerInterface].
func (s *server) GetAppContent(ctx context.Context, r GetAppContentRequestObject) (GetAppContentResponseObject, error) {
	d, same, err := s.download(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.DataGuid)
	if d == nil {
		return same, err
	}
	return d, nil
}

// GetContent implements [StrictServerInterface]. A whole download by the
// application owner is logged as its last byte goes out.
func (s *server) GetContent(ctx context.Context, r GetContentRequestObject) (GetContentResponseObject, error) {
	d, same, err := s.download(ctx, address{owner: r.Owner, guid: r.Guid}, r.DataGuid)
	if d == nil {
		return same, err
	}
	if caller := of(ctx).caller; caller.Owner != "" {
		d.done = func() error {
			// All bytes but one are out: that the client leaves now changes nothing.
			return s.core.Downloaded(context.WithoutCancel(ctx), caller, r.Guid, d.element)
		}
	}
	return d, nil
}

// download opens an element's content; d = nil when the reply or the error is the answer.
func (s *server) download(ctx context.Context, a address, id Guid) (d *download, same reply, err error) {
	i, _, err := s.findElement(ctx, a, id)
	if err != nil {
		return nil, reply{}, err
	}
	x := of(ctx)
	e, content, err := s.core.Content(ctx, x.caller, a.guid, id)
	if err != nil {
		return nil, reply{}, err
	}
	// The bytes are the same in both vocabularies, and so is their ETag.
	d = &download{ctx: ctx, head: x.head, element: e, etag: contentTag(e), content: content}
	// Clients that resume a download ask for more of the same only (RFC 9110 §13.1.1).
	match := strings.Join(x.request.Header.Values("If-Match"), ",")
	ok, err := matches(match, i, e)
	if _, err = named(match, ok, err, e.Version, "element"); err != nil {
		_ = content.Close() // nothing was read from it
		return nil, reply{}, err
	}
	if noneMatch(x.request.Header, d.etag) {
		return nil, reply{status: http.StatusNotModified, etag: d.etag}, content.Close()
	}
	if d.part, err = wantedRange(x.request.Header, d.etag, e.Content.Size); err != nil {
		_ = content.Close() // nothing was read from it
		return nil, reply{}, err
	}
	return d, reply{}, nil
}

// VisitGetAppContentResponse implements [GetAppContentResponseObject].
func (d *download) VisitGetAppContentResponse(w http.ResponseWriter) error { return d.write(w) }

// VisitGetContentResponse implements [GetContentResponseObject].
func (d *download) VisitGetContentResponse(w http.ResponseWriter) error { return d.write(w) }

// write streams the content. An error after the first byte breaks the
// connection, so that the client sees that its end is missing.
func (d *download) write(w http.ResponseWriter) (err error) {
	defer func() {
		if closed := d.content.Close(); err == nil {
			err = closed
		}
	}()
	length := d.element.Content.Size
	if d.part != nil {
		length = d.part.last - d.part.first + 1
		if _, err := d.content.Seek(d.part.first, io.SeekStart); err != nil {
			return err
		}
	}
	d.headers(w.Header(), length)
	status := http.StatusOK
	if d.part != nil {
		status = http.StatusPartialContent
	}
	w.WriteHeader(status)
	if d.head {
		return nil
	}
	if d.part != nil || d.done == nil {
		if _, err := io.CopyN(w, d.content, length); err != nil {
			return fmt.Errorf("download: %w", err)
		}
		return nil
	}
	return d.writeAndTell(w, length)
}

// writeAndTell writes the whole, and says so between the last byte and those
// before it: a client that has all of it may confirm that at once, and one that
// left earlier was never told of.
func (d *download) writeAndTell(w http.ResponseWriter, length int64) error {
	var last [1]byte
	_, err := io.CopyN(w, d.content, max(0, length-1))
	if err == nil && length > 0 {
		_, err = io.ReadFull(d.content, last[:])
	}
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	if err := flush(w); err != nil {
		return fmt.Errorf("download: %w", err)
	}
	if err := d.done(); err != nil {
		return err
	}
	if _, err := w.Write(last[:min(1, length)]); err != nil {
		return fmt.Errorf("download: last byte: %w", err)
	}
	return nil
}

// flush hands everything written to the connection. It goes past echo's own
// writer, whose Flush tells no errors.
func flush(w http.ResponseWriter) error {
	if u, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok {
		w = u.Unwrap()
	}
	err := http.NewResponseController(w).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

func (d *download) headers(h http.Header, length int64) {
	h.Set("Content-Type", d.element.ContentType)
	h.Set("Content-Length", strconv.FormatInt(length, 10))
	h.Set("Content-Disposition", disposition(d.element.FileName))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("ETag", d.etag)
	h.Set("Accept-Ranges", "bytes")
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Authorization")
	setDigests(h, d.element.Content, d.part == nil)
	if d.part != nil {
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", d.part.first, d.part.last, d.element.Content.Size))
	}
}

// wantedRange reads Range and If-Range (RFC 9110 §14). One range is served;
// several, other units and malformed ones are ignored, as §14.2 allows: the
// whole is the answer.
func wantedRange(h http.Header, etag string, size int64) (*byteRange, error) {
	if condition := h.Get("If-Range"); condition != "" && condition != etag {
		return nil, nil
	}
	spec, ok := strings.CutPrefix(h.Get("Range"), "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return nil, nil
	}
	from, to, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return nil, nil
	}
	if from == "" { // the last n bytes
		n, err := strconv.ParseUint(to, 10, 63)
		switch {
		case err != nil:
			return nil, nil
		case n == 0:
			return nil, errRange
		}
		return &byteRange{max(0, size-int64(n)), size - 1}, nil
	}
	first, err := strconv.ParseUint(from, 10, 63)
	last := uint64(size - 1)
	if err == nil && to != "" {
		last, err = strconv.ParseUint(to, 10, 63)
	}
	if err != nil || to != "" && last < first {
		return nil, nil
	}
	if int64(first) >= size {
		return nil, errRange
	}
	return &byteRange{int64(first), min(int64(last), size-1)}, nil
}
