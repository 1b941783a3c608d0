package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"overgang/rest"
)

// reply is an answer in JSON, or a 304 without content. The generated response
// types hold one content type each; reply serves both vocabularies, and that
// it keeps to the document is checked by every exchange in the tests.
type reply struct {
	status   int
	kind     string // Content-Type; "" = no content
	body     any
	etag     string
	location string
	link     string
	applied  string // Preference-Applied
}

// write sends the reply. Content is marshalled before the first byte goes out.
func (r reply) write(w http.ResponseWriter) error {
	h := w.Header()
	set := func(name, value string) {
		if value != "" {
			h.Set(name, value)
		}
	}
	set("ETag", r.etag)
	set("Location", r.location)
	set("Link", r.link)
	set("Preference-Applied", r.applied)
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept, Authorization")
	if r.kind == "" {
		w.WriteHeader(r.status)
		return nil
	}
	body := bodies.Get().(*bytes.Buffer)
	defer giveBack(body)
	encoder := json.NewEncoder(body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r.body); err != nil {
		return err
	}
	h.Set("Content-Type", r.kind)
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(r.status)
	_, err := w.Write(body.Bytes())
	return err
}

// bodies are buffers for content on its way out.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestReused is how many bytes a buffer may have that is used again: those of
// an ordinary page of a list.
const largestReused = 256 << 10

func giveBack(body *bytes.Buffer) {
	if body.Cap() <= largestReused {
		body.Reset()
		bodies.Put(body)
	}
}

// ok answers 200, or 304 where the request names tag in If-None-Match; tag ""
// = the answer has no ETag.
func (s *server) ok(ctx context.Context, body any, tag string) reply {
	if tag != "" && noneMatch(of(ctx).request.Header, tag) {
		return reply{status: http.StatusNotModified, etag: tag}
	}
	return reply{status: http.StatusOK, kind: s.words(ctx).mediaType(), body: body, etag: tag}
}

// changed answers 200 to a request that changed the instance.
func (s *server) changed(ctx context.Context, i *rest.Instance) reply {
	w := s.words(ctx)
	return reply{status: http.StatusOK, kind: w.mediaType(), body: w.instance(i), etag: w.etag(i.Version)}
}

// The operations that reply answers.

func (r reply) VisitAddElementResponse(w http.ResponseWriter) error          { return r.write(w) }
func (r reply) VisitCompleteAppInstanceResponse(w http.ResponseWriter) error { return r.write(w) }
func (r reply) VisitCompleteInstanceResponse(w http.ResponseWriter) error    { return r.write(w) }
func (r reply) VisitConfirmElementResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitConfirmElementsResponse(w http.ResponseWriter) error     { return r.write(w) }
func (r reply) VisitCreateInstanceResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitGetAppContentResponse(w http.ResponseWriter) error       { return r.write(w) }
func (r reply) VisitGetAppElementResponse(w http.ResponseWriter) error       { return r.write(w) }
func (r reply) VisitGetAppInstanceResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitGetApplicationResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitGetApplicationTextsResponse(w http.ResponseWriter) error { return r.write(w) }
func (r reply) VisitGetAppProcessHistoryResponse(w http.ResponseWriter) error {
	return r.write(w)
}
func (r reply) VisitGetAppProcessResponse(w http.ResponseWriter) error     { return r.write(w) }
func (r reply) VisitGetContentResponse(w http.ResponseWriter) error        { return r.write(w) }
func (r reply) VisitGetElementResponse(w http.ResponseWriter) error        { return r.write(w) }
func (r reply) VisitGetInstanceByGuidResponse(w http.ResponseWriter) error { return r.write(w) }
func (r reply) VisitGetInstanceResponse(w http.ResponseWriter) error       { return r.write(w) }
func (r reply) VisitGetProcessHistoryResponse(w http.ResponseWriter) error { return r.write(w) }
func (r reply) VisitGetProcessResponse(w http.ResponseWriter) error        { return r.write(w) }
func (r reply) VisitListAppElementsResponse(w http.ResponseWriter) error   { return r.write(w) }
func (r reply) VisitListApplicationEventsResponse(w http.ResponseWriter) error {
	return r.write(w)
}
func (r reply) VisitListApplicationsResponse(w http.ResponseWriter) error { return r.write(w) }
func (r reply) VisitListElementsResponse(w http.ResponseWriter) error     { return r.write(w) }
func (r reply) VisitListInstanceEventsResponse(w http.ResponseWriter) error {
	return r.write(w)
}
func (r reply) VisitListInstancesResponse(w http.ResponseWriter) error  { return r.write(w) }
func (r reply) VisitReplaceElementResponse(w http.ResponseWriter) error { return r.write(w) }
