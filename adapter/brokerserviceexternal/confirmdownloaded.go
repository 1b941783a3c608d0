package brokerserviceexternal

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// ConfirmDownloaded says that the recipient has the whole file.
type ConfirmDownloaded struct {
	credential.SYS
	FileReference string
	Reportee      string
}

// ConfirmDownloadedResponse is empty.
type ConfirmDownloadedResponse struct{}

// fetchFailures are those of who wants a file.
var fetchFailures = failures{
	codes: map[string]string{"file-not-ready": CodeNotReady, "recipient": CodeReportee},
	kinds: map[rest.Kind]string{rest.NotFound: CodeReference, rest.Gone: CodeNotReady, rest.Forbidden: CodeNoRights},
}

func (s *service) confirmDownloaded(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*ConfirmDownloaded)
	id, recipient, err := s.fileFor(ctx, in.FileReference, in.Reportee)
	if err != nil {
		return nil, err
	}
	if _, err := s.core.ConfirmTransfer(ctx, credential.Of(call), id, recipient); err != nil {
		return nil, fetchFailures.of(err)
	}
	return &ConfirmDownloadedResponse{}, nil
}

// fileFor reads a file reference and its recipient. Without reportee, which EC2
// may leave out, it is the caller's own, whichever that is.
func (s *service) fileFor(ctx context.Context, file, reportee string) (uuid.UUID, rest.PartyID, error) {
	id, err := reference(file)
	if err != nil || strings.TrimSpace(reportee) == "" {
		return id, 0, err
	}
	ref, err := party(reportee)
	if err != nil {
		return id, 0, err
	}
	p, err := s.core.Party(ctx, ref)
	if rest.KindOf(err) == rest.NotFound {
		return id, 0, errReference // like one that is no recipient of the file
	}
	return id, p.ID, err
}
