package api

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// feedForm is how an event feed is rendered.
type feedForm struct {
	mediaType string
	cloud     bool // as CloudEvents, else in the draft's words
	open      bool // as a stream that stays open
}

const (
	cloudBatchType = "application/cloudevents-batch+json" // CloudEvents JSON 1.0.2 §4
	linesType      = "application/x-ndjson"
)

// feedFormOf is the rendering that Accept prefers (RFC 9110 §12.5.1): the
// highest q, the first where that ties; the draft's where it names none that
// there is.
func feedFormOf(r *http.Request) feedForm {
	best, form := 0.0, feedForm{mediaType: draftType}
	for _, header := range r.Header.Values("Accept") {
		for _, accepted := range strings.Split(header, ",") {
			kind, params, err := mime.ParseMediaType(accepted)
			if err != nil {
				continue
			}
			q := 1.0
			if text, given := params["q"]; given {
				if q, err = strconv.ParseFloat(text, 64); err != nil {
					continue
				}
			}
			if f, ok := feedFormFor(kind, params["profile"]); ok && q > best {
				best, form = q, f
			}
		}
	}
	return form
}

func feedFormFor(kind, profile string) (feedForm, bool) {
	switch kind {
	case draftType:
		if profile == "altinn3" {
			return feedForm{mediaType: laterType, cloud: true}, true
		}
		return feedForm{mediaType: draftType}, true
	case "*/*", "application/*":
		return feedForm{mediaType: draftType}, true
	case cloudBatchType:
		return feedForm{mediaType: cloudBatchType, cloud: true}, true
	case linesType:
		return feedForm{mediaType: linesType, cloud: profile == "cloudevents" || profile == "altinn3", open: true}, true
	}
	return feedForm{}, false
}
