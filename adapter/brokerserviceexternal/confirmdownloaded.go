package brokerserviceexternal

import (
	"context"
	"errors"
	"slices"
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
	codes: map[string]string{"file-not-ready": CodeNotReady},
	kinds: map[rest.Kind]string{rest.NotFound: CodeReference, rest.Gone: CodeNotReady, rest.Forbidden: CodeNoRights},
}

func (s *service) confirmDownloaded(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*ConfirmDownloaded)
	id, recipient, err := s.fileFor(ctx, in.FileReference, in.Reportee)
	if err != nil {
		return nil, err
	}
	if _, err := s.core.ConfirmTransfer(ctx, credential.Of(call), id, recipient); err != nil {
		return nil, s.notFetched(ctx, call, id, recipient, err)
	}
	return &ConfirmDownloadedResponse{}, nil
}

// notFetched says why the caller does not get a file. Of a party that is no
// recipient it is that; of one that is, the caller's right. Only the sender sees
// more recipients than its own, and so learns the difference.
func (s *service) notFetched(ctx context.Context, call *soap.Call, id uuid.UUID, recipient rest.PartyID, err error) error {
	var e *rest.Error
	if !errors.As(err, &e) || e.Code != "recipient" {
		return fetchFailures.of(err)
	}
	t, readErr := s.core.Transfer(ctx, credential.Of(call), id)
	if readErr != nil {
		return fetchFailures.of(readErr)
	}
	if slices.ContainsFunc(t.Recipients, func(r rest.Recipient) bool { return r.Party == recipient }) {
		return &rest.Error{Kind: rest.Forbidden, Code: CodeNoRights, Detail: "The caller has no right to files of this recipient.", Err: err}
	}
	return errReportee
}

// nobody is the recipient with a number that no party has: no file is for it.
const nobody rest.PartyID = -1

// fileFor reads a file reference and its recipient. Without reportee, which EC2
// may leave out, it is the caller's own, whichever that is. A number that is not
// registered is nobody's, and so refused like that of a party which is no recipient.
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
		return id, nobody, nil
	}
	return id, p.ID, err
}
