package broker

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// The resumable upload protocol tus 1.0.0, its core and the extensions creation,
// checksum, expiration and termination. An upload's address is its transfer's.
const (
	tusVersion    = "1.0.0"
	tusPath       = "/broker/api/v1/filetransfer/upload/tus/"
	tusExtensions = "creation,checksum,expiration,termination"
	tusAlgorithms = "sha256,sha1,md5"
	// statusChecksum is tus's own: a piece that arrived with another checksum.
	statusChecksum = 460
)

// speakTus gives every answer the protocol's version, and refuses requests of
// another one.
func speakTus(operation string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set("Tus-Resumable", tusVersion)
			if operation != "tusUploadOptions" && c.Request().Header.Get("Tus-Resumable") != tusVersion {
				h.Set("Tus-Version", tusVersion)
				return rest.Errorf(rest.PreconditionFailed, "tus-version", "Tus-Resumable: %s is wanted.", tusVersion)
			}
			return next(c)
		}
	}
}

// tusAnswer is an answer of headers.
type tusAnswer struct {
	status   int
	location string
	upload   *rest.PartialUpload
	length   bool // tell it
	offers   bool // tell what is served
}

func (a tusAnswer) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	if a.length {
		h.Set("Cache-Control", "no-store") // as the protocol wants it of HEAD
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.offers {
		h.Set("Tus-Version", tusVersion)
		h.Set("Tus-Extension", tusExtensions)
		h.Set("Tus-Checksum-Algorithm", tusAlgorithms)
	}
	if u := a.upload; u != nil {
		h.Set("Upload-Offset", strconv.FormatInt(u.Received, 10))
		h.Set("Upload-Expires", u.Expires.UTC().Format(http.TimeFormat))
		if a.length {
			h.Set("Upload-Length", strconv.FormatInt(u.Length, 10))
		}
	}
	w.WriteHeader(a.status)
	return nil
}

func (a tusAnswer) VisitTusUploadOptionsResponse(w http.ResponseWriter) error { return a.write(w) }
func (a tusAnswer) VisitTusUploadCreateResponse(w http.ResponseWriter) error  { return a.write(w) }
func (a tusAnswer) VisitTusUploadHeadResponse(w http.ResponseWriter) error    { return a.write(w) }
func (a tusAnswer) VisitTusUploadPatchResponse(w http.ResponseWriter) error   { return a.write(w) }
func (a tusAnswer) VisitTusUploadDeleteResponse(w http.ResponseWriter) error  { return a.write(w) }

// TusUploadOptions implements [StrictServerInterface].
func (f *face) TusUploadOptions(context.Context, TusUploadOptionsRequestObject) (TusUploadOptionsResponseObject, error) {
	return tusAnswer{status: http.StatusNoContent, offers: true}, nil
}

// TusUploadCreate implements [StrictServerInterface].
func (f *face) TusUploadCreate(ctx context.Context, r TusUploadCreateRequestObject) (TusUploadCreateResponseObject, error) {
	// What would be taken for another upload than is meant is not overlooked.
	for header, extension := range map[string]string{"Upload-Concat": "concatenation", "Upload-Defer-Length": "creation-defer-length"} {
		if api.RequestOf(ctx).Header.Get(header) != "" {
			return nil, rest.Errorf(rest.Invalid, "upload-extension", "%s: the extension %s is not served here; those that are: %s.", header, extension, tusExtensions)
		}
	}
	length, err := count("Upload-Length", r.Params.UploadLength)
	if err != nil {
		return nil, err
	}
	name, err := metadata(r.Params.UploadMetadata, "filename")
	if err != nil {
		return nil, err
	}
	up, err := f.core.StartPartial(ctx, api.CallerOf(ctx), r.FileTransferId, length, rest.TransferUploadOptions{FileName: name})
	if err != nil {
		return nil, err
	}
	return tusAnswer{status: http.StatusCreated, location: f.url + tusPath + r.FileTransferId.String(), upload: up}, nil
}

// TusUploadHead implements [StrictServerInterface].
func (f *face) TusUploadHead(ctx context.Context, r TusUploadHeadRequestObject) (TusUploadHeadResponseObject, error) {
	up, err := f.core.PartialUpload(ctx, api.CallerOf(ctx), r.FileTransferId)
	if err != nil {
		return nil, err
	}
	return tusAnswer{status: http.StatusOK, upload: up, length: true}, nil
}

// TusUploadDelete implements [StrictServerInterface].
func (f *face) TusUploadDelete(ctx context.Context, r TusUploadDeleteRequestObject) (TusUploadDeleteResponseObject, error) {
	if err := f.core.DropPartial(ctx, api.CallerOf(ctx), r.FileTransferId); err != nil {
		return nil, err
	}
	return tusAnswer{status: http.StatusNoContent}, nil
}

// TusUploadPatch implements [StrictServerInterface]. What came of a piece that
// broke off is kept, unless it was to be checked as a whole.
func (f *face) TusUploadPatch(ctx context.Context, r TusUploadPatchRequestObject) (TusUploadPatchResponseObject, error) {
	if err := wantType(api.RequestOf(ctx), "application/offset+octet-stream"); err != nil {
		return nil, err
	}
	offset, err := count("Upload-Offset", r.Params.UploadOffset)
	if err != nil {
		return nil, err
	}
	sum, err := newPieceSum(r.Params.UploadChecksum)
	if err != nil {
		return nil, err
	}
	piece, err := f.core.ContinuePartial(ctx, api.CallerOf(ctx), r.FileTransferId, offset, sum != nil)
	if err != nil {
		return nil, err
	}
	defer piece.Abort()
	var to io.Writer = piece
	if sum != nil {
		to = io.MultiWriter(piece, sum.hash)
	}
	_, failed := api.Stream(to, body(r.Body))
	switch {
	case failed != nil && sum != nil:
		return nil, failed
	case sum != nil && !sum.right():
		return wrongSum{}, nil
	}
	up, _, err := piece.Keep()
	if failed != nil || err != nil {
		return nil, errors.Join(failed, err)
	}
	return tusAnswer{status: http.StatusNoContent, upload: up}, nil
}

// count reads a header that is a number of bytes.
func count(name, text string) (int64, error) {
	n, err := strconv.ParseUint(text, 10, 62)
	if err != nil {
		return 0, rest.Errorf(rest.Invalid, "upload-header", "%s is a number of bytes.", name)
	}
	return int64(n), nil
}

// metadata is one value of an Upload-Metadata header; "" = it has none.
func metadata(header, key string) (string, error) {
	for _, pair := range strings.Split(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if name != key {
			continue
		}
		text, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return "", rest.Errorf(rest.Invalid, "upload-header", "Upload-Metadata: the value of %s is not base64.", key)
		}
		return string(text), nil
	}
	return "", nil
}

// pieceSum is the checksum of one piece.
type pieceSum struct {
	hash hash.Hash
	want string
}

func newPieceSum(header string) (*pieceSum, error) {
	if header == "" {
		return nil, nil
	}
	algorithm, value, _ := strings.Cut(header, " ")
	made := map[string]func() hash.Hash{"sha256": sha256.New, "sha1": sha1.New, "md5": md5.New}[algorithm]
	if made == nil {
		return nil, rest.Errorf(rest.Invalid, "upload-header", "Upload-Checksum: the algorithm is one of %s.", tusAlgorithms)
	}
	sum, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(sum) != made().Size() {
		return nil, rest.Errorf(rest.Invalid, "upload-header", "Upload-Checksum: the sum is not one of %s in base64.", algorithm)
	}
	return &pieceSum{made(), string(sum)}, nil
}

func (s *pieceSum) right() bool { return string(s.hash.Sum(nil)) == s.want }

// wrongSum answers a piece that has another checksum than was sent along.
type wrongSum struct{}

// VisitTusUploadPatchResponse implements [TusUploadPatchResponseObject].
func (wrongSum) VisitTusUploadPatchResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(statusChecksum)
	return json.NewEncoder(w).Encode(Problem{Type: "urn:overgang:problem:checksum-mismatch", Title: "Checksum Mismatch", Status: statusChecksum,
		Code: "checksum-mismatch", Detail: "The piece has another checksum than was sent along. Nothing of it was kept."})
}
