package brokerserviceexternal

import (
	"context"

	"github.com/google/uuid"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/rest"
	"overgang/soap"
	"overgang/soap/codec"
)

// UploadFileStreamed sends the file that was announced. All but DataStream are
// SOAP headers.
type UploadFileStreamed struct {
	credential.SYS
	FileName   string
	Reference  string
	Reportee   string
	DataStream *codec.Large
}

// UploadFileStreamedResponse is the sender's receipt.
type UploadFileStreamedResponse struct{ receipt.Streamed }

var uploadFailures = failures{
	codes: map[string]string{
		"file-uploaded": CodeUploaded, "upload-underway": CodeUploaded, "content-empty": CodeEmpty,
	},
	kinds: map[rest.Kind]string{
		rest.NotFound: CodeReference, rest.Gone: CodeUploaded, rest.Forbidden: CodeMayNot, rest.TooLarge: CodeTooLarge,
	},
}

// uploading is one request of this operation.
type uploading struct {
	credential.Session
	transfer uuid.UUID
}

// beginUpload finds the transfer before anything of the file is read. The
// reportee must be its sender: only to one who may know that it is told apart.
func (s *service) beginUpload(ctx context.Context, call *soap.Call, req any) error {
	if err := credential.Begin(s.core)(ctx, call, req); err != nil {
		return err
	}
	in := req.(*UploadFileStreamed)
	caller := credential.Of(call)
	id, err := reference(in.Reference)
	if err != nil {
		return err
	}
	t, err := s.core.Transfer(ctx, caller, id)
	if err != nil {
		return uploadFailures.of(err)
	}
	sender, err := party(in.Reportee)
	if err != nil {
		return err
	}
	p, err := s.core.Party(ctx, sender)
	switch {
	case rest.KindOf(err) == rest.NotFound, err == nil && p.ID != t.Sender:
		return errReportee
	case err != nil:
		return err
	}
	u := &uploading{transfer: id}
	u.Caller = caller
	call.Caller = u
	return nil
}

// sink is the file on its way into the core.
type sink struct {
	rest.TransferUpload
	transfer *rest.Transfer // when closed
}

// Write implements io.Writer.
func (s *sink) Write(p []byte) (int, error) {
	n, err := s.TransferUpload.Write(p)
	return n, uploadFailures.of(err)
}

// Settle implements codec.Sink. A message has one file, and ends behind it.
func (s *sink) Settle() error { return nil }

// Close implements codec.Sink.
func (s *sink) Close() error {
	t, err := s.Commit()
	s.transfer = t
	return uploadFailures.of(err)
}

func (s *service) uploadSink(ctx context.Context, call *soap.Call, req any, _ string) (codec.Sink, error) {
	u := call.Caller.(*uploading)
	up, err := s.core.UploadTransfer(ctx, u.Caller, u.transfer, rest.TransferUploadOptions{FileName: req.(*UploadFileStreamed).FileName})
	if err != nil {
		return nil, uploadFailures.of(err)
	}
	return &sink{TransferUpload: up}, nil
}

func (s *service) uploadFileStreamed(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*UploadFileStreamed)
	if in.DataStream == nil {
		return nil, errEmpty
	}
	t := in.DataStream.Sink.(*sink).transfer
	r, err := s.core.Receipt(ctx, credential.Of(call), rest.ReceiptSearch{ID: t.Receipt})
	if err != nil {
		return nil, err
	}
	return &UploadFileStreamedResponse{receipt.AsStreamed(r, s.zone)}, nil
}
