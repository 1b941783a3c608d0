package reporteearchiveexternal

import (
	"cmp"
	"context"
	"io"
	"time"

	"overgang/adapter/attachment"
	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/soap"
	"overgang/soap/codec"
)

// GetArchivedLookup gets an archived lookup.
type GetArchivedLookup struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
	LanguageID        int32 // not looked at: a lookup is in the language it was answered in
}

// GetArchivedLookupResponse is the lookup.
type GetArchivedLookupResponse struct{ Result *Lookup }

// Lookup is ArchivedLookupExternal.
type Lookup struct {
	AllowForwarding bool
	ArchiveDateTime time.Time
	LanguageTypeId  int32
	LookupID        int32
	LookupPDF       *attachment.V2 // without number and date, as documented
}

func (s *service) getArchivedLookup(ctx context.Context, call *soap.Call, req any) (any, error) {
	caller := credential.Of(call)
	l, err := s.core.LookupByNumber(ctx, caller, req.(*GetArchivedLookup).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	id := l.ID
	return &GetArchivedLookupResponse{Result: &Lookup{
		AllowForwarding: l.Forwarding, ArchiveDateTime: l.Archived, LanguageTypeId: language.Code(l.Language), LookupID: l.Number,
		LookupPDF: &attachment.V2{
			AttachmentFunctionTypeID: attachment.Unspecified, AttachmentName: cmp.Or(l.Title, l.FileName), FileName: l.FileName,
			AttachmentTypeID: attachment.Type("application/pdf"), DestinationType: "Default", ReporteeElementID: l.Number,
			AttachmentData: &codec.Inline{Size: l.Content.Size, Open: func() (io.ReadCloser, error) {
				_, content, err := s.core.LookupContent(ctx, caller, id)
				return content, err
			}},
		},
	}}, nil
}
