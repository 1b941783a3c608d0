package api

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"strings"

	"overgang/rest"
)

// Media types of the two vocabularies.
const (
	draftType = "application/json"
	laterType = "application/json; profile=altinn3"
)

// wantsLater says that a request is to be answered in the later vocabulary.
func wantsLater(r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, laterPrefix) {
		return true
	}
	for _, header := range r.Header.Values("Accept") {
		for _, accepted := range strings.Split(header, ",") {
			kind, params, err := mime.ParseMediaType(accepted)
			if err == nil && kind == draftType && params["profile"] == "altinn3" {
				return true
			}
		}
	}
	return false
}

// vocabulary renders the model: one method for everything that has two forms.
// draft and later implement it.
type vocabulary interface {
	mediaType() string
	instance(*rest.Instance) any
	element(*rest.Instance, *rest.Element) any
	elements(*rest.Instance) any
	process(*rest.Process) any
	history(*rest.Process) any
	instanceEvents(*rest.Instance, []rest.Event) any
	application(*rest.Application) any
	applications([]*rest.Application) any
	page(pageView) any
	etag(version int64) string
}

var (
	_ vocabulary = draft{}
	_ vocabulary = later{}
)

// words returns the vocabulary that the exchange is held in.
func (s *server) words(ctx context.Context) vocabulary {
	if !of(ctx).later {
		return draft{links: s.links, reader: of(ctx).caller}
	}
	seen := map[rest.AppID][]rest.Step{}
	at := s.links
	at.later = true
	return later{links: at, reader: of(ctx).caller, steps: func(id rest.AppID) []rest.Step {
		steps, ok := seen[id]
		if !ok {
			if app, err := s.core.Application(ctx, id); err == nil {
				steps = app.Steps()
			}
			seen[id] = steps
		}
		return steps
	}}
}

// pageView is a page of instances with its links, before it is rendered.
type pageView struct {
	at        string // what the links are below: "" = "instances"
	instances []rest.Instance
	total     int64  // -1 = not counted
	self      string // queries, without address and "?"
	next      string // "" = the last page
	last      string // "" = not known
}

// place is the last segment of the list's address.
func (v pageView) place() string { return cmp.Or(v.at, "instances") }
