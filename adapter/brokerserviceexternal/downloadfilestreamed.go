package brokerserviceexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/soap"
	"overgang/soap/codec"
)

// DownloadFileStreamed fetches a file.
type DownloadFileStreamed struct {
	credential.SYS
	FileReference string
	Reportee      string
}

// DownloadFileStreamedResponse is the file.
type DownloadFileStreamedResponse struct{ Result *codec.Part }

func (s *service) downloadFileStreamed(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*DownloadFileStreamed)
	id, recipient, err := s.fileFor(ctx, in.FileReference, in.Reportee)
	if err != nil {
		return nil, err
	}
	caller := credential.Of(call)
	t, content, err := s.core.OpenTransfer(ctx, caller, id, recipient)
	if err != nil {
		return nil, s.notFetched(ctx, call, id, recipient, err)
	}
	return &DownloadFileStreamedResponse{Result: &codec.Part{
		Content: content, Size: t.Content.Size,
		Sent: func() error { return s.core.TransferDownloaded(context.WithoutCancel(ctx), caller, id, recipient) },
	}}, nil
}
