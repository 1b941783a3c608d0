package api

import (
	"context"
	"io"
	"net/http"
	"strings"

	"overgang/rest"
)

func (s *server) showElements(ctx context.Context, a address) (reply, error) {
	i, err := s.find(ctx, a)
	if err != nil {
		return reply{}, err
	}
	w := s.words(ctx)
	return s.ok(ctx, w.elements(i), w.etag(i.Version)), nil
}

// ListAppElements implements [StrictServerInterface].
func (s *server) ListAppElements(ctx context.Context, r ListAppElementsRequestObject) (ListAppElementsResponseObject, error) {
	return s.showElements(ctx, address{r.Org, r.App, r.Owner, r.Guid})
}

// ListElements implements [StrictServerInterface].
func (s *server) ListElements(ctx context.Context, r ListElementsRequestObject) (ListElementsResponseObject, error) {
	return s.showElements(ctx, address{owner: r.Owner, guid: r.Guid})
}

func (s *server) showElement(ctx context.Context, a address, id Guid) (reply, error) {
	i, e, err := s.findElement(ctx, a, id)
	if err != nil {
		return reply{}, err
	}
	w := s.words(ctx)
	return s.ok(ctx, w.element(i, e), metadataTag(w, i, e)), nil
}

// GetAppElement implements [StrictServerInterface].
func (s *server) GetAppElement(ctx context.Context, r GetAppElementRequestObject) (GetAppElementResponseObject, error) {
	return s.showElement(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.DataGuid)
}

// GetElement implements [StrictServerInterface].
func (s *server) GetElement(ctx context.Context, r GetElementRequestObject) (GetElementResponseObject, error) {
	return s.showElement(ctx, address{owner: r.Owner, guid: r.Guid}, r.DataGuid)
}

// AddElement implements [StrictServerInterface].
func (s *server) AddElement(ctx context.Context, r AddElementRequestObject) (AddElementResponseObject, error) {
	i, err := s.find(ctx, address{r.Org, r.App, r.Owner, r.Guid})
	if err != nil {
		return nil, err
	}
	f := form{}
	id := f.either("formId", r.Params.FormId, "dataType", r.Params.DataType)
	encrypted := f.boolean("encrypted", r.Params.Encrypted)
	f.reference("sendersReference", r.Params.SendersReference)
	if f.err != nil {
		return nil, f.err
	}
	match, err := instanceVersion(r.Params.IfMatch, i)
	if err != nil {
		return nil, err
	}
	n, err := s.receive(ctx, i.App, id, r.ContentType, r.Body)
	if err != nil {
		return nil, err
	}
	n.Seen, n.Encrypted, n.SenderReference = match, encrypted != nil && *encrypted, r.Params.SendersReference
	i, e, err := s.core.AddElement(ctx, of(ctx).caller, i.ID, n)
	if err != nil {
		return nil, err
	}
	answer := s.written(ctx, i, e, r.Params.Prefer)
	answer.status = http.StatusCreated
	answer.location = s.links.element(i, e.ID).Apps
	return answer, nil
}

// ReplaceElement implements [StrictServerInterface].
func (s *server) ReplaceElement(ctx context.Context, r ReplaceElementRequestObject) (ReplaceElementResponseObject, error) {
	i, e, err := s.findElement(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.DataGuid)
	if err != nil {
		return nil, err
	}
	f := form{}
	encrypted := f.boolean("encrypted", r.Params.Encrypted)
	if f.err != nil {
		return nil, f.err
	}
	match, err := elementVersion(r.Params.IfMatch, i, e)
	if err != nil {
		return nil, err
	}
	n, err := s.receive(ctx, i.App, e.Type, r.ContentType, r.Body)
	if err != nil {
		return nil, err
	}
	if n.Encrypted = e.Encrypted; encrypted != nil {
		n.Encrypted = *encrypted
	}
	i, e, err = s.core.ReplaceElement(ctx, of(ctx).caller, i.ID, e.ID, n, match)
	if err != nil {
		return nil, err
	}
	return s.written(ctx, i, e, r.Params.Prefer), nil
}

// receive takes an element's content in from a request's body.
func (s *server) receive(ctx context.Context, id rest.AppID, typeID, contentType string, body io.Reader) (rest.NewElement, error) {
	app, err := s.core.Application(ctx, id)
	if rest.KindOf(err) == rest.NotFound {
		return rest.NewElement{}, rest.Errorf(rest.Conflict, "application-gone", "The application is no longer registered.")
	}
	if err != nil {
		return rest.NewElement{}, err
	}
	t, err := dataType(app, typeID)
	if err != nil {
		return rest.NewElement{}, err
	}
	r := of(ctx).request
	limit := s.limit(t)
	if r.ContentLength > limit {
		return rest.NewElement{}, rest.Errorf(rest.TooLarge, "content-too-large", "A data element of type %s has at most %d bytes.", t.ID, limit)
	}
	e := rest.NewElement{Type: t.ID, ContentType: contentType}
	if e.FileName, err = fileName(r.Header.Get("Content-Disposition")); err != nil {
		return e, err
	}
	in := &intake{core: s.core}
	defer in.abort()
	if err := in.take(ctx, e, body, limit); err != nil {
		return e, err
	}
	elements, err := in.commit(ctx)
	if err != nil {
		return e, err
	}
	if err := checkDigest(r.Header, elements[0].Content); err != nil {
		s.core.Discard(r.Context(), elements[0].Content)
		return e, err
	}
	return elements[0], nil
}

// written answers with the instance, or with the element where that is
// preferred (RFC 7240) and in the later vocabulary. The ETag is the written
// content's, ready for the next If-Match.
func (s *server) written(ctx context.Context, i *rest.Instance, e *rest.Element, prefer string) reply {
	w := s.words(ctx)
	answer := s.changed(ctx, i)
	answer.etag = contentTag(e)
	preferred := prefersElement(prefer)
	if preferred || of(ctx).later {
		answer.body = w.element(i, e)
	}
	if preferred {
		answer.applied = "return=element"
	}
	return answer
}

func prefersElement(header string) bool {
	for _, p := range strings.Split(header, ",") {
		p, _, _ = strings.Cut(p, ";")
		if strings.EqualFold(strings.ReplaceAll(p, " ", ""), "return=element") {
			return true
		}
	}
	return false
}
