package correspondence

import (
	"io"
	"net/http"
	"strconv"

	"overgang/rest/api"
)

// answer is an answer in JSON, or a 304. The generated response types hold one
// status each; that an answer keeps to the document is checked by every exchange
// in the tests.
type answer struct{ api.Answer }

func (a answer) VisitArchiveCorrespondenceResponse(w http.ResponseWriter) error { return a.Write(w) }
func (a answer) VisitConfirmCorrespondenceResponse(w http.ResponseWriter) error { return a.Write(w) }
func (a answer) VisitGetAttachmentResponse(w http.ResponseWriter) error         { return a.Write(w) }
func (a answer) VisitGetCorrespondenceDetailsResponse(w http.ResponseWriter) error {
	return a.Write(w)
}
func (a answer) VisitGetCorrespondenceResponse(w http.ResponseWriter) error    { return a.Write(w) }
func (a answer) VisitInitializeAttachmentResponse(w http.ResponseWriter) error { return a.Write(w) }
func (a answer) VisitInitializeCorrespondencesResponse(w http.ResponseWriter) error {
	return a.Write(w)
}
func (a answer) VisitListCorrespondencesResponse(w http.ResponseWriter) error { return a.Write(w) }
func (a answer) VisitMarkCorrespondenceAsReadResponse(w http.ResponseWriter) error {
	return a.Write(w)
}
func (a answer) VisitPurgeAttachmentResponse(w http.ResponseWriter) error       { return a.Write(w) }
func (a answer) VisitPurgeCorrespondenceResponse(w http.ResponseWriter) error   { return a.Write(w) }
func (a answer) VisitReplyToCorrespondenceResponse(w http.ResponseWriter) error { return a.Write(w) }
func (a answer) VisitUploadAttachmentResponse(w http.ResponseWriter) error      { return a.Write(w) }
func (a answer) VisitUploadCorrespondencesResponse(w http.ResponseWriter) error { return a.Write(w) }

// file is an attachment's content on its way out.
type file struct{ *api.File }

func (f file) VisitDownloadAttachmentResponse(w http.ResponseWriter) error { return f.Write(w) }
func (f file) VisitDownloadCorrespondenceAttachmentResponse(w http.ResponseWriter) error {
	return f.Write(w)
}

// text is a message's text. Its sender wrote it, perhaps as HTML: no browser is
// to run it as this gateway's.
type text struct{ language, body string }

// VisitGetCorrespondenceContentResponse implements [GetCorrespondenceContentResponseObject].
func (t text) VisitGetCorrespondenceContentResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(t.body)))
	h.Set("Content-Language", t.language)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept-Language, Authorization")
	w.WriteHeader(http.StatusOK)
	_, err := io.WriteString(w, t.body)
	return err
}
