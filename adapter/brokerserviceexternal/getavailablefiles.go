package brokerserviceexternal

import (
	"context"
	"time"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// GetAvailableFiles lists the files that a recipient may fetch.
type GetAvailableFiles struct {
	credential.SYS
	SearchParameters *Search
}

// Search is BrokerServiceSearch.
type Search struct {
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	FileStatus                 FileStatus
	MaxSentDateTime            time.Time
	MinSentDateTime            time.Time
	Reportee                   string
}

// FileStatus is BrokerServiceAvailableFileStatus.
type FileStatus string

// Uploaded files wait for the recipient, who confirms what it has: then they are
// Downloaded, and may still be fetched.
const (
	Uploaded   FileStatus = "Uploaded"
	Downloaded FileStatus = "Downloaded"
)

// GetAvailableFilesResponse is the list; empty if there are none.
type GetAvailableFilesResponse struct{ Result []AvailableFile }

// AvailableFile is BrokerServiceAvailableFile. Reportee is who sent it.
type AvailableFile struct {
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	FileName                   string
	FileReference              string
	FileSize                   int64
	FileStatus                 FileStatus
	IsSftpDownloadOnly         bool
	ReceiptID                  int32
	Reportee                   string
	SendersReference           string
	SentDate                   time.Time
}

const (
	filesPage = 1000
	// mostFiles bounds one answer. What a recipient confirms makes room.
	mostFiles = 10_000
)

func (s *service) getAvailableFiles(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetAvailableFiles).SearchParameters
	if in == nil {
		return nil, errNumber
	}
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	recipient, err := s.core.Party(ctx, q.Party)
	out := &GetAvailableFilesResponse{Result: []AvailableFile{}}
	switch {
	case rest.KindOf(err) == rest.NotFound:
		return out, nil // like one that the caller may not read for
	case err != nil:
		return nil, err
	}
	senders := map[rest.PartyID]string{}
	for len(out.Result) < mostFiles {
		page, err := s.core.Transfers(ctx, credential.Of(call), q)
		if err != nil {
			return nil, err
		}
		for i := range page.Transfers {
			t := &page.Transfers[i]
			if t.Published.Before(in.MinSentDateTime) || !in.MaxSentDateTime.IsZero() && t.Published.After(in.MaxSentDateTime) {
				continue
			}
			if senders[t.Sender] == "" {
				p, err := s.core.Party(ctx, rest.PartyRef{ID: t.Sender})
				if err != nil {
					return nil, err
				}
				senders[t.Sender] = p.Number()
			}
			out.Result = append(out.Result, available(t, recipient.ID, senders[t.Sender]))
		}
		if page.Next == nil {
			break
		}
		q.After = page.Next
	}
	return out, nil
}

// query is what the core is asked for. MinSentDateTime is about publishing, which
// may be long after the transfer was created: it is compared later.
func (in *Search) query() (rest.TransferQuery, error) {
	q := rest.TransferQuery{
		Role: rest.AsRecipient, Status: []rest.TransferStatus{rest.TransferPublished, rest.TransferAllConfirmed},
		States: []rest.RecipientState{rest.RecipientInitialized, rest.RecipientDownloaded}, Limit: filesPage,
	}
	if in.FileStatus == Downloaded {
		q.States = []rest.RecipientState{rest.RecipientConfirmed}
	}
	if (in.ExternalServiceCode == "") != (in.ExternalServiceEditionCode == 0) {
		return q, rest.Errorf(rest.Invalid, CodeService, "ExternalServiceCode and ExternalServiceEditionCode go together.")
	}
	q.Service = rest.ServiceRef{Code: in.ExternalServiceCode, Edition: in.ExternalServiceEditionCode}
	if !in.MaxSentDateTime.IsZero() {
		q.To = in.MaxSentDateTime.Add(1)
	}
	var err error
	q.Party, err = party(in.Reportee)
	return q, err
}

func available(t *rest.Transfer, recipient rest.PartyID, sender string) AvailableFile {
	f := AvailableFile{
		ExternalServiceCode: t.Service.Code, ExternalServiceEditionCode: t.Service.Edition,
		FileName: t.FileName, FileReference: t.ID.String(), FileSize: t.Content.Size, FileStatus: Uploaded,
		Reportee: sender, SendersReference: t.Reference, SentDate: t.Published,
	}
	if r := t.Recipient(recipient); r != nil {
		f.ReceiptID = r.Receipt
		if r.State == rest.RecipientConfirmed {
			f.FileStatus = Downloaded
		}
	}
	return f
}
