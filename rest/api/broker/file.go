package broker

import (
	"context"
	"io"
	"mime"
	"net/http"

	"overgang/rest"
	"overgang/rest/api"
)

// UploadFile implements [StrictServerInterface].
func (f *face) UploadFile(ctx context.Context, r UploadFileRequestObject) (UploadFileResponseObject, error) {
	request := api.RequestOf(ctx)
	if err := wantType(request, "application/octet-stream"); err != nil {
		return nil, err
	}
	var o rest.TransferUploadOptions
	var err error
	if o.FileName, err = api.FileName(r.Params.ContentDisposition); err != nil {
		return nil, err
	}
	if o.Checksum, err = api.SentDigest(request.Header); err != nil {
		return nil, err
	}
	o.Size = max(0, request.ContentLength)
	up, err := f.core.UploadTransfer(ctx, api.CallerOf(ctx), r.FileTransferId, o)
	if err != nil {
		return nil, err
	}
	defer up.Abort()
	if _, err := api.Stream(up, body(r.Body)); err != nil {
		return nil, err
	}
	t, err := up.Commit()
	if err != nil {
		return nil, err
	}
	return answer{Status: http.StatusOK, Body: FileTransferResponse{FileTransferId: t.ID}}, nil
}

// body is a request's, which may have none.
func body(r io.Reader) io.Reader {
	if r == nil {
		return http.NoBody
	}
	return r
}

// wantType refuses content of another type than the document names.
func wantType(r *http.Request, want string) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != want {
		return rest.Errorf(rest.Unsupported, "content-type", "Content-Type %s is wanted here.", want)
	}
	return nil
}

// DownloadFile implements [StrictServerInterface].
func (f *face) DownloadFile(ctx context.Context, r DownloadFileRequestObject) (DownloadFileResponseObject, error) {
	caller := api.CallerOf(ctx)
	recipient, err := f.recipient(ctx, r.Params.Recipient)
	if err != nil {
		return nil, err
	}
	t, content, err := f.core.OpenTransfer(ctx, caller, r.FileTransferId, recipient)
	if err != nil {
		return nil, err
	}
	file, err := api.NewFile(ctx, content, t.Content, t.FileName, "application/octet-stream", func() error {
		// All bytes but one are out: that the client leaves now changes nothing.
		return f.core.TransferDownloaded(context.WithoutCancel(ctx), caller, r.FileTransferId, recipient)
	})
	if err != nil {
		return nil, err
	}
	return download{file}, nil
}

// download is a file on its way out.
type download struct{ *api.File }

// VisitDownloadFileResponse implements [DownloadFileResponseObject].
func (d download) VisitDownloadFileResponse(w http.ResponseWriter) error { return d.Write(w) }

// ConfirmDownload implements [StrictServerInterface].
func (f *face) ConfirmDownload(ctx context.Context, r ConfirmDownloadRequestObject) (ConfirmDownloadResponseObject, error) {
	recipient, err := f.recipient(ctx, r.Params.Recipient)
	if err != nil {
		return nil, err
	}
	t, err := f.core.ConfirmTransfer(ctx, api.CallerOf(ctx), r.FileTransferId, recipient)
	if err != nil {
		return nil, err
	}
	return f.shown(ctx, t)
}

// CancelFileTransfer implements [StrictServerInterface].
func (f *face) CancelFileTransfer(ctx context.Context, r CancelFileTransferRequestObject) (CancelFileTransferResponseObject, error) {
	t, err := f.core.CancelTransfer(ctx, api.CallerOf(ctx), r.FileTransferId)
	if err != nil {
		return nil, err
	}
	return f.shown(ctx, t)
}
